// 带部分选主元的 LU 分解：PA = LU。解方程组、行列式和逆矩阵都从它得到。
#include <cmath>
#include <iostream>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "matrix.hpp"
#include "power_iteration.hpp"

namespace linalg {

/// 主元小于这个值就当作奇异矩阵。
constexpr double kSingularThreshold = 1e-12;

class SingularMatrix : public std::domain_error {
public:
    SingularMatrix() : std::domain_error("矩阵是奇异的，没有逆矩阵") {}
};

/// L 和 U 放在同一个矩阵里：对角线以下是 L（它的对角线全是 1，不存），其余是 U。
class LuDecomposition {
public:
    explicit LuDecomposition(Matrix<double> a) : lu_(std::move(a)), permutation_(lu_.rows()) {
        if (!lu_.is_square()) {
            throw DimensionMismatch("只有方阵才能做 LU 分解");
        }
        std::iota(permutation_.begin(), permutation_.end(), std::size_t{0});
        factorise_with_partial_pivoting();
    }

    /// 行列式等于 U 的对角线之积，每交换一次行变一次号。
    double determinant() const {
        double product = swap_sign_;
        for (std::size_t i = 0; i < lu_.rows(); ++i) {
            product *= lu_(i, i);
        }
        return product;
    }

    /// 解 Ax = b：先前代，再回代。
    std::vector<double> solve(const std::vector<double>& b) const {
        const std::size_t n = lu_.rows();
        std::vector<double> x(n);
        for (std::size_t i = 0; i < n; ++i) {
            x[i] = b[permutation_[i]];
            for (std::size_t j = 0; j < i; ++j) {
                x[i] -= lu_(i, j) * x[j];
            }
        }
        for (std::size_t i = n; i-- > 0;) {
            for (std::size_t j = i + 1; j < n; ++j) {
                x[i] -= lu_(i, j) * x[j];
            }
            x[i] /= lu_(i, i);
        }
        return x;
    }

    /// 逐列求解得到逆矩阵。能用 solve 时不要用它。
    Matrix<double> inverse() const {
        const std::size_t n = lu_.rows();
        Matrix<double> result(n, n);
        for (std::size_t column = 0; column < n; ++column) {
            std::vector<double> unit(n, 0.0);
            unit[column] = 1.0;
            const auto x = solve(unit);
            for (std::size_t row = 0; row < n; ++row) {
                result(row, column) = x[row];
            }
        }
        return result;
    }

private:
    void factorise_with_partial_pivoting() {
        for (std::size_t k = 0; k < lu_.rows(); ++k) {
            const std::size_t pivot = find_pivot_row(k);
            if (std::abs(lu_(pivot, k)) < kSingularThreshold) {
                throw SingularMatrix();
            }
            if (pivot != k) {
                lu_.swap_rows(pivot, k);
                std::swap(permutation_[pivot], permutation_[k]);
                swap_sign_ = -swap_sign_;
            }
            for (std::size_t i = k + 1; i < lu_.rows(); ++i) {
                lu_(i, k) /= lu_(k, k);
                for (std::size_t j = k + 1; j < lu_.columns(); ++j) {
                    lu_(i, j) -= lu_(i, k) * lu_(k, j);
                }
            }
        }
    }

    /// 在第 k 列里找绝对值最大的元素，避免除以很小的数而放大舍入误差。
    std::size_t find_pivot_row(std::size_t k) const {
        std::size_t best = k;
        for (std::size_t i = k + 1; i < lu_.rows(); ++i) {
            if (std::abs(lu_(i, k)) > std::abs(lu_(best, k))) {
                best = i;
            }
        }
        return best;
    }

    Matrix<double> lu_;
    std::vector<std::size_t> permutation_;
    double swap_sign_ = 1.0;
};

}  // namespace linalg

int main() {
    const linalg::Matrix<double> a{{2, 1, 1}, {4, -6, 0}, {-2, 7, 2}};
    const linalg::LuDecomposition lu(a);
    std::cout << "行列式 " << lu.determinant() << '\n' << lu.inverse();
    std::cout << "最大特征值 " << linalg::dominant_eigenvalue(a * a.transposed()) << '\n';
}
