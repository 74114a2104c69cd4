using System.Globalization;
using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization;

/// <summary>Parameters that an optimizer trains with one learning rate and the same options.</summary>
public abstract class OptimizerGroup : optim.ILearningRateController
{
    private double learningRate;

    private protected OptimizerGroup(ParameterGroup source)
    {
        Parameters = source.Parameters;
        Names = source.Names;
        LearningRate = InitialLearningRate = source.Lr;
    }

    /// <summary>The parameters.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Their names, in the same order: the network's, or their numbers if the optimizer was made from parameters alone.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The learning rate, which a schedule changes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or no finite number.</exception>
    public double LearningRate
    {
        get => learningRate;
        set => learningRate = double.IsFinite(value) && value >= 0 ? value : throw new ArgumentOutOfRangeException(
            nameof(value), value, string.Create(CultureInfo.InvariantCulture, $"A learning rate is a finite number from 0 on, and it is {value}."));
    }

    /// <summary>The learning rate that a schedule starts from.</summary>
    public double InitialLearningRate { get; set; }

    /// <summary>The options without their type.</summary>
    internal abstract UpdateOptions UntypedOptions { get; set; }
}
