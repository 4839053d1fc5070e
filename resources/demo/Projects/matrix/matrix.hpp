// 矩阵类模板。元素按行连续存放，这样逐行访问时缓存命中率最高。
#pragma once

#include <cstddef>
#include <initializer_list>
#include <ostream>
#include <stdexcept>
#include <vector>

namespace linalg {

/// 维数不匹配时抛出，例如 2×3 乘以 2×3。
class DimensionMismatch : public std::invalid_argument {
public:
    using std::invalid_argument::invalid_argument;
};

template <typename T>
class Matrix {
public:
    Matrix(std::size_t rows, std::size_t columns, T fill = T{})
        : rows_(rows), columns_(columns), cells_(rows * columns, fill) {}

    Matrix(std::initializer_list<std::initializer_list<T>> rows)
        : rows_(rows.size()), columns_(rows.size() ? rows.begin()->size() : 0) {
        cells_.reserve(rows_ * columns_);
        for (const auto& row : rows) {
            if (row.size() != columns_) {
                throw DimensionMismatch("每一行的长度必须相同");
            }
            cells_.insert(cells_.end(), row.begin(), row.end());
        }
    }

    /// n 阶单位矩阵。
    static Matrix identity(std::size_t n) {
        Matrix result(n, n);
        for (std::size_t i = 0; i < n; ++i) {
            result(i, i) = T{1};
        }
        return result;
    }

    std::size_t rows() const { return rows_; }
    std::size_t columns() const { return columns_; }
    bool is_square() const { return rows_ == columns_; }

    T& operator()(std::size_t row, std::size_t column) { return cells_[row * columns_ + column]; }
    const T& operator()(std::size_t row, std::size_t column) const { return cells_[row * columns_ + column]; }

    /// 转置：行变成列。
    Matrix transposed() const {
        Matrix result(columns_, rows_);
        for (std::size_t i = 0; i < rows_; ++i) {
            for (std::size_t j = 0; j < columns_; ++j) {
                result(j, i) = (*this)(i, j);
            }
        }
        return result;
    }

    /// 交换两行，选主元时要用。
    void swap_rows(std::size_t a, std::size_t b) {
        for (std::size_t j = 0; j < columns_; ++j) {
            std::swap((*this)(a, j), (*this)(b, j));
        }
    }

private:
    std::size_t rows_;
    std::size_t columns_;
    std::vector<T> cells_;
};

/// 矩阵乘法。循环顺序是 i-k-j：最内层连续访问两个矩阵的同一行，比 i-j-k 快好几倍。
template <typename T>
Matrix<T> operator*(const Matrix<T>& left, const Matrix<T>& right) {
    if (left.columns() != right.rows()) {
        throw DimensionMismatch("左矩阵的列数必须等于右矩阵的行数");
    }
    Matrix<T> product(left.rows(), right.columns());
    for (std::size_t i = 0; i < left.rows(); ++i) {
        for (std::size_t k = 0; k < left.columns(); ++k) {
            const T factor = left(i, k);
            for (std::size_t j = 0; j < right.columns(); ++j) {
                product(i, j) += factor * right(k, j);
            }
        }
    }
    return product;
}

template <typename T>
std::ostream& operator<<(std::ostream& out, const Matrix<T>& matrix) {
    for (std::size_t i = 0; i < matrix.rows(); ++i) {
        for (std::size_t j = 0; j < matrix.columns(); ++j) {
            out << matrix(i, j) << (j + 1 == matrix.columns() ? '\n' : ' ');
        }
    }
    return out;
}

}  // namespace linalg
