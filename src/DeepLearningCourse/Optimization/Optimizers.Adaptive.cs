using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization.Updates;
using TorchSharp.Modules;

namespace DeepLearningCourse.Optimization;

/// <content>Those for which libtorch has no operator, which update all small parameters together.</content>
public static partial class Optimizers
{
    /// <summary>RMSprop, by the mean of the squared gradients (<see href="https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf">Hinton's lecture 6e</see>).</summary>
    /// <param name="parameters">What is trained, for instance <c>model.parameters()</c>.</param>
    /// <param name="lr">The learning rate.</param>
    /// <param name="alpha"><see cref="RMSpropOptions.Alpha"/>.</param>
    /// <param name="eps"><see cref="RMSpropOptions.Eps"/>.</param>
    /// <param name="weightDecay"><see cref="RMSpropOptions.WeightDecay"/>.</param>
    /// <param name="momentum"><see cref="RMSpropOptions.Momentum"/>.</param>
    /// <param name="centered"><see cref="RMSpropOptions.Centered"/>.</param>
    /// <param name="maximize"><see cref="RMSpropOptions.Maximize"/>.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value it cannot have.</exception>
    /// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.RMSprop.html"/></remarks>
    public static Optimizer<RMSpropOptions> RMSprop(
        IEnumerable<Parameter> parameters, double lr = 1e-2, double alpha = 0.99, double eps = 1e-8, double weightDecay = 0, double momentum = 0,
        bool centered = false, bool maximize = false) =>
        RMSprop(OptimizerGroups.Of(parameters, lr), new RMSpropOptions
        {
            Alpha = alpha, Eps = eps, WeightDecay = weightDecay, Momentum = momentum, Centered = centered, Maximize = maximize,
        });

    /// <summary>The same over groups with learning rates of their own.</summary>
    /// <param name="groups">What is trained.</param>
    /// <param name="options">The options of each group, which <see cref="Optimizer{TOptions}.Groups"/> lets change; <c>new()</c> for the defaults.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value it cannot have.</exception>
    public static Optimizer<RMSpropOptions> RMSprop(IEnumerable<ParameterGroup> groups, RMSpropOptions options) => new(new RMSpropRule(), groups, options);

    /// <summary>Adam with Nesterov's momentum (<see href="https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ">Dozat, 2016</see>).</summary>
    /// <param name="parameters">What is trained, for instance <c>model.parameters()</c>.</param>
    /// <param name="lr">The learning rate.</param>
    /// <param name="beta1"><see cref="NAdamOptions.Beta1"/>.</param>
    /// <param name="beta2"><see cref="NAdamOptions.Beta2"/>.</param>
    /// <param name="eps"><see cref="NAdamOptions.Eps"/>.</param>
    /// <param name="weightDecay"><see cref="NAdamOptions.WeightDecay"/>.</param>
    /// <param name="momentumDecay"><see cref="NAdamOptions.MomentumDecay"/>.</param>
    /// <param name="decoupledWeightDecay"><see cref="NAdamOptions.DecoupledWeightDecay"/>.</param>
    /// <param name="maximize"><see cref="NAdamOptions.Maximize"/>.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value it cannot have.</exception>
    /// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.NAdam.html"/></remarks>
    public static Optimizer<NAdamOptions> NAdam(
        IEnumerable<Parameter> parameters, double lr = 2e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weightDecay = 0, double momentumDecay = 4e-3,
        bool decoupledWeightDecay = false, bool maximize = false) =>
        NAdam(OptimizerGroups.Of(parameters, lr), new NAdamOptions
        {
            Beta1 = beta1, Beta2 = beta2, Eps = eps, WeightDecay = weightDecay, MomentumDecay = momentumDecay, DecoupledWeightDecay = decoupledWeightDecay, Maximize = maximize,
        });

    /// <summary>The same over groups with learning rates of their own.</summary>
    /// <param name="groups">What is trained.</param>
    /// <param name="options">The options of each group, which <see cref="Optimizer{TOptions}.Groups"/> lets change; <c>new()</c> for the defaults.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value it cannot have.</exception>
    public static Optimizer<NAdamOptions> NAdam(IEnumerable<ParameterGroup> groups, NAdamOptions options) => new(new NAdamRule(), groups, options);

    /// <summary>Adam with a rectified rate at first, which needs no warm-up (<see href="https://arxiv.org/abs/1908.03265">Liu et al., 2019</see>).</summary>
    /// <param name="parameters">What is trained, for instance <c>model.parameters()</c>.</param>
    /// <param name="lr">The learning rate.</param>
    /// <param name="beta1"><see cref="RAdamOptions.Beta1"/>.</param>
    /// <param name="beta2"><see cref="RAdamOptions.Beta2"/>.</param>
    /// <param name="eps"><see cref="RAdamOptions.Eps"/>.</param>
    /// <param name="weightDecay"><see cref="RAdamOptions.WeightDecay"/>.</param>
    /// <param name="decoupledWeightDecay"><see cref="RAdamOptions.DecoupledWeightDecay"/>.</param>
    /// <param name="maximize"><see cref="RAdamOptions.Maximize"/>.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value it cannot have.</exception>
    /// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.RAdam.html"/></remarks>
    public static Optimizer<RAdamOptions> RAdam(
        IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weightDecay = 0,
        bool decoupledWeightDecay = false, bool maximize = false) =>
        RAdam(OptimizerGroups.Of(parameters, lr), new RAdamOptions
        {
            Beta1 = beta1, Beta2 = beta2, Eps = eps, WeightDecay = weightDecay, DecoupledWeightDecay = decoupledWeightDecay, Maximize = maximize,
        });

    /// <summary>The same over groups with learning rates of their own.</summary>
    /// <param name="groups">What is trained.</param>
    /// <param name="options">The options of each group, which <see cref="Optimizer{TOptions}.Groups"/> lets change; <c>new()</c> for the defaults.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value it cannot have.</exception>
    public static Optimizer<RAdamOptions> RAdam(IEnumerable<ParameterGroup> groups, RAdamOptions options) => new(new RAdamRule(), groups, options);

    /// <summary>Adam by the largest gradient instead of the mean of squares (<see href="https://arxiv.org/abs/1412.6980">Kingma and Ba, 2014</see>).</summary>
    /// <param name="parameters">What is trained, for instance <c>model.parameters()</c>.</param>
    /// <param name="lr">The learning rate.</param>
    /// <param name="beta1"><see cref="AdamaxOptions.Beta1"/>.</param>
    /// <param name="beta2"><see cref="AdamaxOptions.Beta2"/>.</param>
    /// <param name="eps"><see cref="AdamaxOptions.Eps"/>.</param>
    /// <param name="weightDecay"><see cref="AdamaxOptions.WeightDecay"/>.</param>
    /// <param name="maximize"><see cref="AdamaxOptions.Maximize"/>.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value it cannot have.</exception>
    /// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.Adamax.html"/></remarks>
    public static Optimizer<AdamaxOptions> Adamax(
        IEnumerable<Parameter> parameters, double lr = 2e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
        double weightDecay = 0, bool maximize = false) =>
        Adamax(OptimizerGroups.Of(parameters, lr), new AdamaxOptions
        {
            Beta1 = beta1, Beta2 = beta2, Eps = eps, WeightDecay = weightDecay, Maximize = maximize,
        });

    /// <summary>The same over groups with learning rates of their own.</summary>
    /// <param name="groups">What is trained.</param>
    /// <param name="options">The options of each group, which <see cref="Optimizer{TOptions}.Groups"/> lets change; <c>new()</c> for the defaults.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value it cannot have.</exception>
    public static Optimizer<AdamaxOptions> Adamax(IEnumerable<ParameterGroup> groups, AdamaxOptions options) => new(new AdamaxRule(), groups, options);

    /// <summary>Adadelta, which finds its own rate (<see href="https://arxiv.org/abs/1212.5701">Zeiler, 2012</see>).</summary>
    /// <param name="parameters">What is trained, for instance <c>model.parameters()</c>.</param>
    /// <param name="lr">The learning rate.</param>
    /// <param name="rho"><see cref="AdadeltaOptions.Rho"/>.</param>
    /// <param name="eps"><see cref="AdadeltaOptions.Eps"/>.</param>
    /// <param name="weightDecay"><see cref="AdadeltaOptions.WeightDecay"/>.</param>
    /// <param name="maximize"><see cref="AdadeltaOptions.Maximize"/>.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value it cannot have.</exception>
    /// <remarks><see href="https://pytorch.org/docs/stable/generated/torch.optim.Adadelta.html"/></remarks>
    public static Optimizer<AdadeltaOptions> Adadelta(
        IEnumerable<Parameter> parameters, double lr = 1.0, double rho = 0.9, double eps = 1e-6,
        double weightDecay = 0, bool maximize = false) =>
        Adadelta(OptimizerGroups.Of(parameters, lr), new AdadeltaOptions
        {
            Rho = rho, Eps = eps, WeightDecay = weightDecay, Maximize = maximize,
        });

    /// <summary>The same over groups with learning rates of their own.</summary>
    /// <param name="groups">What is trained.</param>
    /// <param name="options">The options of each group, which <see cref="Optimizer{TOptions}.Groups"/> lets change; <c>new()</c> for the defaults.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value it cannot have.</exception>
    public static Optimizer<AdadeltaOptions> Adadelta(IEnumerable<ParameterGroup> groups, AdadeltaOptions options) => new(new AdadeltaRule(), groups, options);

    /// <summary>Resilient backpropagation, by the signs of the gradients alone (<see href="https://ieeexplore.ieee.org/document/298623">Riedmiller and Braun, 1993</see>).</summary>
    /// <param name="parameters">What is trained, for instance <c>model.parameters()</c>.</param>
    /// <param name="lr">The learning rate.</param>
    /// <param name="etaMinus"><see cref="RpropOptions.EtaMinus"/>.</param>
    /// <param name="etaPlus"><see cref="RpropOptions.EtaPlus"/>.</param>
    /// <param name="minStep"><see cref="RpropOptions.MinStep"/>.</param>
    /// <param name="maxStep"><see cref="RpropOptions.MaxStep"/>.</param>
    /// <param name="maximize"><see cref="RpropOptions.Maximize"/>.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value it cannot have.</exception>
    /// <remarks>The learning rate is the first step size of every number. It is for whole data sets: batches change the signs.
    /// <see href="https://pytorch.org/docs/stable/generated/torch.optim.Rprop.html"/></remarks>
    public static Optimizer<RpropOptions> Rprop(
        IEnumerable<Parameter> parameters, double lr = 1e-2, double etaMinus = 0.5, double etaPlus = 1.2, double minStep = 1e-6,
        double maxStep = 50, bool maximize = false) =>
        Rprop(OptimizerGroups.Of(parameters, lr), new RpropOptions
        {
            EtaMinus = etaMinus, EtaPlus = etaPlus, MinStep = minStep, MaxStep = maxStep, Maximize = maximize,
        });

    /// <summary>The same over groups with learning rates of their own.</summary>
    /// <param name="groups">What is trained.</param>
    /// <param name="options">The options of each group, which <see cref="Optimizer{TOptions}.Groups"/> lets change; <c>new()</c> for the defaults.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value it cannot have.</exception>
    public static Optimizer<RpropOptions> Rprop(IEnumerable<ParameterGroup> groups, RpropOptions options) => new(new RpropRule(), groups, options);

    /// <summary>Averaged stochastic gradient descent (<see href="https://dl.acm.org/doi/10.1137/0330046">Polyak and Juditsky, 1992</see>).</summary>
    /// <param name="parameters">What is trained, for instance <c>model.parameters()</c>.</param>
    /// <param name="lr">The learning rate.</param>
    /// <param name="lambd"><see cref="ASGDOptions.Lambd"/>.</param>
    /// <param name="alpha"><see cref="ASGDOptions.Alpha"/>.</param>
    /// <param name="t0"><see cref="ASGDOptions.T0"/>.</param>
    /// <param name="weightDecay"><see cref="ASGDOptions.WeightDecay"/>.</param>
    /// <param name="maximize"><see cref="ASGDOptions.Maximize"/>.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value it cannot have.</exception>
    /// <remarks>The averages are the state's <c>ax</c>.
    /// <see href="https://pytorch.org/docs/stable/generated/torch.optim.ASGD.html"/></remarks>
    public static Optimizer<ASGDOptions> ASGD(
        IEnumerable<Parameter> parameters, double lr = 1e-2, double lambd = 1e-4, double alpha = 0.75, double t0 = 1e6,
        double weightDecay = 0, bool maximize = false) =>
        ASGD(OptimizerGroups.Of(parameters, lr), new ASGDOptions
        {
            Lambd = lambd, Alpha = alpha, T0 = t0, WeightDecay = weightDecay, Maximize = maximize,
        });

    /// <summary>The same over groups with learning rates of their own.</summary>
    /// <param name="groups">What is trained.</param>
    /// <param name="options">The options of each group, which <see cref="Optimizer{TOptions}.Groups"/> lets change; <c>new()</c> for the defaults.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option has a value it cannot have.</exception>
    public static Optimizer<ASGDOptions> ASGD(IEnumerable<ParameterGroup> groups, ASGDOptions options) => new(new ASGDRule(), groups, options);
}
