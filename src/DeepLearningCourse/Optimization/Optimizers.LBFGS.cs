using TorchSharp.Modules;

namespace DeepLearningCourse.Optimization;

/// <content>The one that needs the loss several times in a step.</content>
public static partial class Optimizers
{
    /// <summary>The quasi-Newton method with limited memory (<see href="https://doi.org/10.1007/BF01589116">Liu and Nocedal, 1989</see>), for small networks and
    /// losses without chance: whole data sets, no dropout.</summary>
    /// <param name="parameters">What is trained, all of one type and on one device.</param>
    /// <param name="lr">The learning rate: the length of a move, or with a line search the first length that is tried.</param>
    /// <param name="maxIter"><see cref="LBFGSOptions.MaxIter"/>.</param>
    /// <param name="maxEval"><see cref="LBFGSOptions.MaxEval"/>.</param>
    /// <param name="toleranceGrad"><see cref="LBFGSOptions.ToleranceGrad"/>.</param>
    /// <param name="toleranceChange"><see cref="LBFGSOptions.ToleranceChange"/>.</param>
    /// <param name="historySize"><see cref="LBFGSOptions.HistorySize"/>.</param>
    /// <param name="lineSearch"><see cref="LBFGSOptions.LineSearch"/>.</param>
    /// <exception cref="ArgumentException">There are no parameters, or one comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument has a value it cannot have.</exception>
    /// <exception cref="InvalidOperationException">The parameters have not all one type and one device.</exception>
    /// <remarks>Its <c>step</c> needs a closure. <see href="https://pytorch.org/docs/stable/generated/torch.optim.LBFGS.html"/></remarks>
    public static LBFGSOptimizer LBFGS(
        IEnumerable<Parameter> parameters, double lr = 1, int maxIter = 20, int? maxEval = null, double toleranceGrad = 1e-7,
        double toleranceChange = 1e-9, int historySize = 100, LineSearch lineSearch = LineSearch.None) =>
        new(OptimizerGroups.Of(parameters, lr), new LBFGSOptions
        {
            MaxIter = maxIter, MaxEval = maxEval, ToleranceGrad = toleranceGrad, ToleranceChange = toleranceChange, HistorySize = historySize,
            LineSearch = lineSearch,
        });
}
