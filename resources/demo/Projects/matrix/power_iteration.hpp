// 幂法：反复乘以矩阵并归一化，向量会转向最大特征值对应的方向。
#pragma once

#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <vector>

#include "matrix.hpp"

namespace linalg {

/// 两次迭代之间的变化小于此值即视为收敛。
constexpr double kConvergenceTolerance = 1e-10;

inline double euclidean_norm(const std::vector<double>& v) {
    double sum = 0.0;
    for (double component : v) {
        sum += component * component;
    }
    return std::sqrt(sum);
}

inline std::vector<double> apply(const Matrix<double>& a, const std::vector<double>& v) {
    std::vector<double> result(a.rows(), 0.0);
    for (std::size_t i = 0; i < a.rows(); ++i) {
        for (std::size_t j = 0; j < a.columns(); ++j) {
            result[i] += a(i, j) * v[j];
        }
    }
    return result;
}

/// 绝对值最大的特征值。若两个特征值绝对值相等则不收敛，抛出异常。
inline double dominant_eigenvalue(const Matrix<double>& a, int max_iterations = 1000) {
    if (!a.is_square()) {
        throw DimensionMismatch("只有方阵才有特征值");
    }
    std::vector<double> v(a.rows(), 1.0);
    double previous = 0.0;
    for (int step = 0; step < max_iterations; ++step) {
        std::vector<double> next = apply(a, v);
        const double norm = euclidean_norm(next);
        for (double& component : next) {
            component /= norm;
        }
        if (std::abs(norm - previous) < kConvergenceTolerance) {
            return norm;
        }
        previous = norm;
        v = std::move(next);
    }
    throw std::runtime_error("幂法没有收敛");
}

}  // namespace linalg
