"""Records losses of whole data sets: python3 make_evaluation.py > evaluation.json

Made with PyTorch 1.13 (Debian 12's python3-torch), in float64. Each case has the scores of a network, the targets, and the loss of all samples in one batch.
"""
import json

import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

WEIGHT = torch.tensor([0.5, 3.0, 1.25])
SAMPLES, CLASSES, LENGTH = 12, 3, 4


def case(name, criterion, scores, targets):
    inputs = torch.log_softmax(scores, 1) if isinstance(criterion, nn.NLLLoss) else scores
    return {"name": name, "shape": list(inputs.shape), "scores": inputs.flatten().tolist(), "targetShape": list(targets.shape),
            "targets": targets.flatten().tolist(), "loss": criterion(inputs, targets).item()}


def main():
    scores, sequences = torch.randn(SAMPLES, CLASSES), torch.randn(SAMPLES, CLASSES, LENGTH)
    classes, tokens = torch.randint(0, CLASSES, (SAMPLES,)), torch.randint(0, CLASSES, (SAMPLES, LENGTH))
    some, gaps = classes.clone(), tokens.clone()
    # Sample 4 to 6 count nothing at all, so that small batches may have nothing to count.
    some[4:7], some[10] = -100, -100
    gaps[4:7], gaps[::3, 2:] = -100, -100
    marked = torch.where(some == -100, torch.tensor(2), some)
    probabilities = torch.softmax(torch.randn(SAMPLES, CLASSES), 1)
    logits, labels = torch.randn(SAMPLES, CLASSES), torch.randint(0, 2, (SAMPLES, CLASSES)).to(torch.float64)

    print(json.dumps([
        case("weight", nn.CrossEntropyLoss(WEIGHT), scores, classes),
        case("ignored", nn.CrossEntropyLoss(), scores, some),
        case("ignore_index", nn.CrossEntropyLoss(ignore_index=2), scores, marked),
        case("weight and ignored", nn.CrossEntropyLoss(WEIGHT), scores, some),
        case("weight and smoothing", nn.CrossEntropyLoss(WEIGHT, label_smoothing=0.2), scores, some),
        case("smoothing", nn.CrossEntropyLoss(label_smoothing=0.2), scores, some),
        case("weight 0", nn.CrossEntropyLoss(torch.tensor([0.0, 1.0, 2.0])), scores, classes),
        case("tokens", nn.CrossEntropyLoss(), sequences, gaps),
        case("weight and tokens", nn.CrossEntropyLoss(WEIGHT), sequences, gaps),
        case("probabilities", nn.CrossEntropyLoss(WEIGHT), scores, probabilities),
        case("nll", nn.NLLLoss(WEIGHT), scores, some),
        case("nll tokens", nn.NLLLoss(), sequences, gaps),
        case("pos_weight", nn.BCEWithLogitsLoss(pos_weight=WEIGHT), logits, labels),
        case("mse", nn.MSELoss(), logits, labels),
        case("huber", nn.HuberLoss(), logits, labels)], indent=1))


main()
