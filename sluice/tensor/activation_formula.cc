#include "sluice/tensor/activation_formula.h"

namespace sluice {

std::string_view formula(Activation activation) {
  switch (activation) {
    case Activation::linear: return "x";
    case Activation::relu: return "max(0, x)";
    case Activation::tanh: return "tanh(x)";
    case Activation::sigmoid: return "1 / (1 + e^-x)";
    case Activation::softmax: return "e^x / sum of e^x, over the last dimension";
    case Activation::elu: return "x > 0: x, else e^x - 1";
    case Activation::selu: return "1.0507 (x > 0: x, else 1.67326 (e^x - 1))";
    case Activation::celu: return "x > 0: x, else e^x - 1";
    case Activation::softplus: return "log(1 + e^x)";
    case Activation::softsign: return "x / (1 + |x|)";
    case Activation::silu: return "x sigmoid(x); swish is another name";
    case Activation::gelu: return "x (1 + erf(x / sqrt(2))) / 2";
    case Activation::exponential: return "e^x";
    case Activation::hard_sigmoid: return "relu6(x + 3) / 6";
    case Activation::hard_silu: return "x hard_sigmoid(x); hard_swish is another name";
    case Activation::hard_tanh: return "x cut to [-1, 1]";
    case Activation::leaky_relu: return "x > 0: x, else 0.2 x";
    case Activation::log_sigmoid: return "log(sigmoid(x))";
    case Activation::log_softmax: return "log(softmax(x)), over the last dimension";
    case Activation::mish: return "x tanh(softplus(x))";
    case Activation::relu6: return "x cut to [0, 6]";
    case Activation::soft_shrink: return "|x| > 0.5: x moved by 0.5 towards 0, else 0";
    case Activation::hard_shrink: return "|x| > 0.5: x, else 0";
    case Activation::tanh_shrink: return "x - tanh(x)";
    case Activation::squareplus: return "(x + sqrt(x^2 + 4)) / 2";
    case Activation::sparse_plus: return "x <= -1: 0, x >= 1: x, else (x + 1)^2 / 4";
    case Activation::sparse_sigmoid: return "x <= -1: 0, x >= 1: 1, else (x + 1) / 2";
    case Activation::sparsemax: return "max(0, x - t), over the last dimension; t as in Keras 3, whose sum is seldom 1";
    case Activation::glu: return "a sigmoid(b), where a and b are the halves of the last dimension";
  }
  return "";
}

}  // namespace sluice
