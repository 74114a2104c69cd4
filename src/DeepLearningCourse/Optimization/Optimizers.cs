using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization.Updates;
using TorchSharp.Modules;

namespace DeepLearningCourse.Optimization;

/// <summary>PyTorch's optimizers, with its arguments, defaults and numbers.</summary>
/// <remarks>
/// Each is made from <c>model.parameters()</c>, or from groups with learning rates of their own (<see cref="ParameterGroupExtensions.ParameterGroups"/>), whose other
/// options can be set afterwards. SGD, Adam, AdamW and Adagrad run libtorch's fused operators; the others update all small parameters together.
/// </remarks>
/// <example>
/// <code>
/// using var optimizer = Optimizers.Adam(model.parameters(), lr: 3e-4);
///
/// using var fineTuning = Optimizers.AdamW(model.ParameterGroups(1e-3, ("encoder.*", 1e-5), ("*.bias", 1e-3)), new());
/// fineTuning.Groups[1].Options = fineTuning.Groups[1].Options with { WeightDecay = 0 };
/// </code>
/// </example>
public static partial class Optimizers
{
    /// <summary>Stochastic gradient descent.</summary>
    /// <param name="parameters">What is trained, for instance <c>model.parameters()</c>.</param>
    /// <param name="lr">The learning rate.</param>
    /// <param name="momentum"><see cref="SGDOptions.Momentum"/>.</param>
    /// <param name="dampening"><see cref="SGDOptions.Dampening"/>.</param>
    /// <param name="weightDecay"><see cref="SGDOptions.WeightDecay"/>.</param>
    /// <param name="nesterov"><see cref="SGDOptions.Nesterov"/>.</param>
    /// <param name="maximize"><see cref="SGDOptions.Maximize"/>.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value it cannot have.</exception>
    /// <remarks>It takes the sparse gradients of embeddings, without momentum and weight decay.
    /// <see href="https://pytorch.org/docs/stable/generated/torch.optim.SGD.html"/></remarks>
    public static Optimizer<SGDOptions> SGD(
        IEnumerable<Parameter> parameters, double lr = 1e-3, double momentum = 0, double dampening = 0, double weightDecay = 0,
        bool nesterov = false, bool maximize = false) =>
        SGD(OptimizerGroups.Of(parameters, lr), new SGDOptions
        {
            Momentum = momentum, Dampening = dampening, WeightDecay = weightDecay, Nesterov = nesterov, Maximize = maximize,
        });

    /// <summary>The same over groups with learning rates of their own.</summary>
    /// <param name="groups">What is trained.</param>
    /// <param name="options">The options of each group, which <see cref="Optimizer{TOptions}.Groups"/> lets change; <c>new()</c> for the defaults.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value it cannot have.</exception>
    public static Optimizer<SGDOptions> SGD(IEnumerable<ParameterGroup> groups, SGDOptions options) => new(new SGDRule(), groups, options);

    /// <summary>Adam (<see href="https://arxiv.org/abs/1412.6980">Kingma and Ba, 2014</see>): the optimizer of the slides.</summary>
    /// <param name="parameters">What is trained, for instance <c>model.parameters()</c>.</param>
    /// <param name="lr">The learning rate.</param>
    /// <param name="beta1"><see cref="AdamOptions.Beta1"/>.</param>
    /// <param name="beta2"><see cref="AdamOptions.Beta2"/>.</param>
    /// <param name="eps"><see cref="AdamOptions.Eps"/>.</param>
    /// <param name="weightDecay"><see cref="AdamOptions.WeightDecay"/>.</param>
    /// <param name="amsgrad"><see cref="AdamOptions.Amsgrad"/>.</param>
    /// <param name="maximize"><see cref="AdamOptions.Maximize"/>.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value it cannot have.</exception>
    /// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.Adam.html"/></remarks>
    public static Optimizer<AdamOptions> Adam(
        IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
        double weightDecay = 0, bool amsgrad = false, bool maximize = false) =>
        Adam(OptimizerGroups.Of(parameters, lr), new AdamOptions
        {
            Beta1 = beta1, Beta2 = beta2, Eps = eps, WeightDecay = weightDecay, Amsgrad = amsgrad, Maximize = maximize,
        });

    /// <summary>The same over groups with learning rates of their own.</summary>
    /// <param name="groups">What is trained.</param>
    /// <param name="options">The options of each group, which <see cref="Optimizer{TOptions}.Groups"/> lets change; <c>new()</c> for the defaults.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value it cannot have.</exception>
    public static Optimizer<AdamOptions> Adam(IEnumerable<ParameterGroup> groups, AdamOptions options) => new(new AdamRule(), groups, options);

    /// <summary>Adam with decoupled weight decay (<see href="https://arxiv.org/abs/1711.05101">Loshchilov and Hutter, 2017</see>).</summary>
    /// <param name="parameters">What is trained, for instance <c>model.parameters()</c>.</param>
    /// <param name="lr">The learning rate.</param>
    /// <param name="beta1"><see cref="AdamWOptions.Beta1"/>.</param>
    /// <param name="beta2"><see cref="AdamWOptions.Beta2"/>.</param>
    /// <param name="eps"><see cref="AdamWOptions.Eps"/>.</param>
    /// <param name="weightDecay"><see cref="AdamWOptions.WeightDecay"/>: 0.01 as in PyTorch, where TorchSharp has 0.</param>
    /// <param name="amsgrad"><see cref="AdamWOptions.Amsgrad"/>.</param>
    /// <param name="maximize"><see cref="AdamWOptions.Maximize"/>.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value it cannot have.</exception>
    /// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.AdamW.html"/></remarks>
    public static Optimizer<AdamWOptions> AdamW(
        IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
        double weightDecay = 0.01, bool amsgrad = false, bool maximize = false) =>
        AdamW(OptimizerGroups.Of(parameters, lr), new AdamWOptions
        {
            Beta1 = beta1, Beta2 = beta2, Eps = eps, WeightDecay = weightDecay, Amsgrad = amsgrad, Maximize = maximize,
        });

    /// <summary>The same over groups with learning rates of their own.</summary>
    /// <param name="groups">What is trained.</param>
    /// <param name="options">The options of each group, which <see cref="Optimizer{TOptions}.Groups"/> lets change; <c>new()</c> for the defaults.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value it cannot have.</exception>
    public static Optimizer<AdamWOptions> AdamW(IEnumerable<ParameterGroup> groups, AdamWOptions options) => new(new AdamWRule(), groups, options);

    /// <summary>Adagrad (<see href="https://jmlr.org/papers/v12/duchi11a.html">Duchi, Hazan and Singer, 2011</see>).</summary>
    /// <param name="parameters">What is trained, for instance <c>model.parameters()</c>.</param>
    /// <param name="lr">The learning rate.</param>
    /// <param name="lrDecay"><see cref="AdagradOptions.LrDecay"/>.</param>
    /// <param name="weightDecay"><see cref="AdagradOptions.WeightDecay"/>.</param>
    /// <param name="initialAccumulatorValue"><see cref="AdagradOptions.InitialAccumulatorValue"/>.</param>
    /// <param name="eps"><see cref="AdagradOptions.Eps"/>.</param>
    /// <param name="maximize"><see cref="AdagradOptions.Maximize"/>.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value it cannot have.</exception>
    /// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.Adagrad.html"/></remarks>
    public static Optimizer<AdagradOptions> Adagrad(
        IEnumerable<Parameter> parameters, double lr = 1e-2, double lrDecay = 0, double weightDecay = 0, double initialAccumulatorValue = 0,
        double eps = 1e-10, bool maximize = false) =>
        Adagrad(OptimizerGroups.Of(parameters, lr), new AdagradOptions
        {
            LrDecay = lrDecay, WeightDecay = weightDecay, InitialAccumulatorValue = initialAccumulatorValue, Eps = eps, Maximize = maximize,
        });

    /// <summary>The same over groups with learning rates of their own.</summary>
    /// <param name="groups">What is trained.</param>
    /// <param name="options">The options of each group, which <see cref="Optimizer{TOptions}.Groups"/> lets change; <c>new()</c> for the defaults.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value it cannot have.</exception>
    public static Optimizer<AdagradOptions> Adagrad(IEnumerable<ParameterGroup> groups, AdagradOptions options) => new(new AdagradRule(), groups, options);
}
