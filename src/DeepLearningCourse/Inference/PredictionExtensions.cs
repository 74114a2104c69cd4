using DeepLearningCourse.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Inference;

/// <summary>
/// The slides' inference: <c>model.eval()</c>, <c>no_grad</c>, forward, sigmoid, <c>where(y_proba >= 0.5, 1, 0)</c>.
/// </summary>
/// <remarks>
/// <para>Each method runs in evaluation mode without gradients and gives every layer its own mode back, also when it fails.
/// The network's device is used; the result stays there and belongs to the caller.</para>
/// <para>Any number of threads may predict with one network at once, in whichever mode it is. While a <c>Trainer</c> trains it, or a layer of it, only the training
/// thread may, in a callback. A training loop written by hand beside predictions cannot be seen: a layer has one mode for all threads, so its steps may
/// run in evaluation mode. Predict between its steps, or give the predictions a network of their own with saved weights.</para>
/// </remarks>
public static class PredictionExtensions
{
    /// <summary>The network's raw output: values for a regression, logits for a classification.</summary>
    /// <param name="model">The network.</param>
    /// <param name="X">The inputs, <c>[batch, features]</c> or whatever the network takes.</param>
    /// <returns>The output, <c>[batch, outputs]</c>, without gradients.</returns>
    /// <exception cref="ForwardException">The inputs do not fit a layer.</exception>
    /// <exception cref="InvalidOperationException">A Trainer on another thread trains the network, or a layer of it.</exception>
    public static Tensor Predict(this nn.Module<Tensor, Tensor> model, Tensor X) =>
        Run(model, X, static output => output);

    /// <summary>The probability of each class.</summary>
    /// <param name="model">The network.</param>
    /// <param name="X">The inputs, <c>[batch, features]</c>.</param>
    /// <param name="criterion">The criterion that the network was trained with: a sigmoid follows
    /// <c>BCEWithLogitsLoss</c>, a softmax <c>CrossEntropyLoss</c>, the exponential <c>NLLLoss</c>, nothing
    /// <c>BCELoss</c>. Without one, outputs of one column get a sigmoid and wider ones a softmax.</param>
    /// <returns>Probabilities, <c>[batch, 1]</c> for a binary answer or <c>[batch, classes]</c>.</returns>
    /// <exception cref="InvalidOperationException">The criterion is for regression, or a Trainer on another thread trains the network.</exception>
    /// <exception cref="ForwardException">The inputs do not fit a layer.</exception>
    public static Tensor PredictProbabilities(
        this nn.Module<Tensor, Tensor> model, Tensor X, nn.IModule<Tensor, Tensor, Tensor>? criterion = null) =>
        Run(model, X, output => KindOf(criterion, output).Probabilities(output));

    /// <summary>The class of each sample.</summary>
    /// <param name="model">The network.</param>
    /// <param name="X">The inputs, <c>[batch, features]</c>.</param>
    /// <param name="criterion">The criterion that the network was trained with; see <see cref="PredictProbabilities"/>.</param>
    /// <param name="threshold">The probability from which a binary answer is 1, between 0 and 1. Classes use argmax.</param>
    /// <returns>Labels, int64: 0 or 1 in <c>[batch, 1]</c> for a binary answer, the class's index in <c>[batch]</c> otherwise.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is not between 0 and 1.</exception>
    /// <exception cref="InvalidOperationException">The criterion is for regression, or a Trainer on another thread trains the network.</exception>
    /// <exception cref="ForwardException">The inputs do not fit a layer.</exception>
    public static Tensor PredictLabels(
        this nn.Module<Tensor, Tensor> model, Tensor X,
        nn.IModule<Tensor, Tensor, Tensor>? criterion = null, double threshold = 0.5)
    {
        if (!(threshold is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(threshold), threshold, "The threshold is a probability: give a number between 0 and 1.");
        }

        return Run(model, X, output => KindOf(criterion, output).Labels(output, threshold));
    }

    private static OutputKind KindOf(nn.IModule<Tensor, Tensor, Tensor>? criterion, Tensor output) =>
        criterion is null ? OutputKinds.Of(output) : OutputKinds.Of(criterion);

    private static Tensor Run(nn.Module<Tensor, Tensor> model, Tensor X, Func<Tensor, Tensor> finish)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(X);
        using var mode = new EvaluationMode(model);
        using var withoutGradients = no_grad();
        using var scope = NewDisposeScope();
        var result = finish(ForwardCall.Invoke(model, WithNetwork(X, mode.Tree.FirstParameter)));

        // What forward did not make, but was given or keeps, stays whose it is.
        return scope.MoveToOuter(scope.Contains(result) ? result : result.alias());
    }

    /// <summary>The inputs on the network's device. What was disposed is left to forward, which says so.</summary>
    private static Tensor WithNetwork(Tensor X, Tensor? weight) =>
        X.IsInvalid || weight is null or { IsInvalid: true } || IsTogether(X, weight) ? X : X.to(weight.device);

    private static bool IsTogether(Tensor X, Tensor weight) =>
        X.device_type == weight.device_type && (weight.device_type == DeviceType.CPU || X.device_index == weight.device_index);
}
