using DeepLearningCourse.Data;
using TorchSharp.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>Finds on the first batch the mistakes that PyTorch lets pass in silence.</summary>
internal sealed class FirstBatchCheck(
    nn.Module<Tensor, Tensor> model, nn.IModule<Tensor, Tensor, Tensor> criterion, optim.Optimizer optimizer)
{
    private const string SwitchOff = "If this is meant, set TrainerOptions.CheckFirstBatch to false.";

    /// <summary>The data and the optimizer, before anything is computed.</summary>
    public void BeforeForward(Step step)
    {
        if (step.X.Dimensions == 0 || step.Y.Dimensions == 0 || step.X.shape[0] != step.Y.shape[0])
        {
            throw step.Error($"the batch has features {Shapes.Text(step.X)} and targets {Shapes.Text(step.Y)}; "
                + "their first dimension is the batch and must be equal.");
        }

        if ((Step.NotANumber("features", step.X) ?? Step.NotANumber("targets", step.Y)) is { } problem)
        {
            throw step.Error(problem);
        }

        var trainable = model.named_parameters().Where(p => p.parameter.requires_grad).ToList();
        if (trainable.Count == 0)
        {
            throw step.Error($"{model.GetType().Name} has no trainable parameters. Declare its layers as fields or properties.");
        }

        var held = optimizer.parameters().Where(p => !p.IsInvalid).Select(p => p.Handle).ToHashSet();
        var forgotten = trainable.Where(p => !held.Contains(p.parameter.Handle)).Select(p => p.name).ToList();
        if (forgotten.Count > 0)
        {
            throw step.Error($"the optimizer does not hold {Names(forgotten)}, so they would never be trained. "
                + $"Make the optimizer from model.parameters(), after the last layer was set and model.to(...) was called. {SwitchOff}");
        }
    }

    /// <summary>The predictions against the targets, where the criterion would broadcast or fail obscurely.</summary>
    public void BeforeLoss(Step step, Tensor preds)
    {
        switch (criterion)
        {
            case CrossEntropyLoss or NLLLoss:
                CheckClasses(step, preds);
                break;
            case BCEWithLogitsLoss or BCELoss or MSELoss or L1Loss or SmoothL1Loss or HuberLoss:
                CheckSameShape(step, preds);
                break;
        }
    }

    /// <summary>The gradients, after backward: a layer without one was not used.</summary>
    public void BeforeStep(Step step)
    {
        var unused = model.named_parameters()
            .Where(p => p.parameter.requires_grad && p.parameter.grad is null)
            .Select(p => p.name)
            .ToList();
        if (unused.Count > 0)
        {
            throw step.Error($"{Names(unused)} got no gradient: forward of {model.GetType().Name} does not use "
                + $"them, or cuts the gradient with detach or no_grad. Use the layer in forward or remove it. {SwitchOff}");
        }
    }

    private void CheckSameShape(Step step, Tensor preds)
    {
        if (!preds.shape.SequenceEqual(step.Y.shape))
        {
            var fix = preds.numel() == step.Y.numel()
                ? $"Give the targets the shape {Shapes.Text(preds)}, for instance with y.reshape({string.Join(", ", preds.shape.Skip(1).Prepend(-1))})."
                : "Make the last layer give as many outputs as there are targets.";
            throw step.Error($"predictions {Shapes.Text(preds)} and targets {Shapes.Text(step.Y)} differ in shape, and "
                + $"{criterion.GetType().Name} compares them number by number. {fix}");
        }

        if (!step.Y.is_floating_point())
        {
            throw step.Error($"the targets are {step.Y.dtype} and {criterion.GetType().Name} needs floats. Convert them with y.to(ScalarType.Float32).");
        }
    }

    private void CheckClasses(Step step, Tensor preds)
    {
        var classes = preds.Dimensions > 1 ? preds.shape[1] : preds.shape[0];
        if (step.Y.is_floating_point())
        {
            // Floats of the predictions' own shape are class probabilities, which the criterion takes.
            if (criterion is NLLLoss || !preds.shape.SequenceEqual(step.Y.shape))
            {
                throw step.Error($"the targets are {step.Y.dtype} {Shapes.Text(step.Y)} and {criterion.GetType().Name} needs class "
                    + "numbers: int64 of shape [batch]. Convert them with y.to(ScalarType.Int64), and drop a dimension of 1 with y.squeeze(1).");
            }

            return;
        }

        var counted = TargetClasses.Counted(criterion, step.Y);
        if (counted.numel() == 0)
        {
            return;
        }

        var (least, most) = (counted.min().ToInt64(), counted.max().ToInt64());
        if (least < 0 || most >= classes)
        {
            throw step.Error($"the targets go from {least} to {most} and the network has {classes} outputs, for the classes 0 to {classes - 1}. "
                + "Number the classes from 0, and give the last layer an output for each.");
        }
    }

    private static string Names(List<string> names) =>
        string.Join(", ", names.Take(6).Select(name => $"'{name}'")) + (names.Count > 6 ? $" and {names.Count - 6} more" : "");
}
