"""Records scikit-learn's preprocessing: python3 make_preprocessing.py > preprocessing.json

Made with scikit-learn 1.2.1 (Debian 12's python3-sklearn).
"""
import json

import numpy as np
from sklearn.preprocessing import LabelEncoder, MinMaxScaler, OneHotEncoder, StandardScaler

TRAIN = np.array([[1.0, -2.5, 7.0, 0.1], [3.0, 4.0, 7.0, 0.2], [-1.5, 0.25, 7.0, 0.7], [8.0, 1.0, 7.0, -0.4]])
TEST = np.array([[0.0, 9.0, 7.5, 0.0], [2.0, -3.0, 6.0, 1.0]])
TEXTS = [["red", "S"], ["blue", "XL"], ["Blue", "S"], ["red", "M"]]
NUMBERS = [[10.0, 2.0], [9.0, 1.5], [-1.0, 2.0]]
LABELS = ["versicolor", "setosa", "Virginica", "setosa", "ñ"]


def both(scaler):
    return {"train": scaler.fit_transform(TRAIN).tolist(), "test": scaler.transform(TEST).tolist(), "inverse": scaler.inverse_transform(TEST).tolist()}


text, numbers, labels = OneHotEncoder(sparse_output=False), OneHotEncoder(sparse_output=False), LabelEncoder()
print(json.dumps({
    "train": TRAIN.tolist(), "test": TEST.tolist(), "texts": TEXTS, "numbers": NUMBERS, "labels": LABELS,
    "standard": both(StandardScaler()),
    "minmax": both(MinMaxScaler()),
    "minmax_range": both(MinMaxScaler((-2, 3))),
    "minmax_clip": both(MinMaxScaler((-2, 3), clip=True)),
    "onehot_text": text.fit_transform(TEXTS).tolist(), "onehot_text_categories": [c.tolist() for c in text.categories_],
    "onehot_numbers": numbers.fit_transform(NUMBERS).tolist(),
    "label": labels.fit_transform(LABELS).tolist(), "label_classes": labels.classes_.tolist(),
}, ensure_ascii=False))
