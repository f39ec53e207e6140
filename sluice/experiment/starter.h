#pragma once

#include <string>

#include "sluice/data/dataset.h"

namespace sluice {

/// What a first experiment is written for.
struct Starter {
  std::string name;     ///< Of the experiment.
  std::string sources;  ///< The entries of `data` before `validation`, such as "train: mnist/train".
  Dataset rows;         ///< Of the training data; labels included.
};

/// Returns an experiment file with comments, to begin with: a convolutional network for one input of images, dense
/// layers for anything else; classes where the labels are whole numbers from 0 on, one a row, else a regression; a
/// learning rate and a size to search. Throws Error(invalid_argument) when there are no labels, or labels of several
/// outputs.
std::string starter_experiment(const Starter& starter);

}  // namespace sluice
