using DeepLearningCourse.Models;
using DeepLearningCourse.Models.Summaries;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Training;

/// <summary>How many threads libtorch computes with while a network trains; afterwards as many as before.</summary>
/// <remarks>Small networks are slower with several threads, which wait for each other at each operation. The choice follows from the work of a batch alone, not
/// from a measurement: sums depend in their last bits on the number of threads, and the same run is to give the same weights each time.</remarks>
internal sealed class ThreadChoice(int? asked) : IDisposable
{
    // Multiply-adds of matrix products in a forward pass from which several threads pay; docs/benchmarks.md has the measurement.
    private const long WorthSharing = 1_250_000;

    // A multiply-add of a convolution takes about three times as long as one of a matrix product of the same size.
    private const long ConvolutionFactor = 3;

    private readonly int before = get_num_threads();

    /// <summary>What was chosen; null before the first batch.</summary>
    public int? Chosen { get; private set; }

    /// <summary>Runs the first forward pass, watches how much work its layers have, and decides.</summary>
    public TResult Observe<TResult>(nn.Module model, Func<TResult> forward)
    {
        TResult result;
        var work = 0L;

        using (var trace = new LayerTrace(model))
        {
            result = forward();
            work = trace.Steps.Where(step => !step.Layer.named_children().Any()).Sum(Work);
        }

        // A network that computes without layers shows no work; its parameters stand for it.
        work = Math.Max(work, model.parameters().Sum(parameter => parameter.numel()));
        var threads = asked ?? Chosen ?? (before == 1 || work >= WorthSharing ? before : 1);

        Chosen = threads;
        Use(threads);
        return result;
    }

    /// <summary>Takes the choice that was made before, for a run that goes on.</summary>
    public void GoOn(int? threads)
    {
        Chosen = threads;

        if ((asked ?? threads) is { } count)
        {
            Use(count);
        }
    }

    private static long Work(LayerStep step) => LayerCost.MultiplyAdds(step) * (step.Layer is Convolution ? ConvolutionFactor : 1);

    public void Dispose()
    {
        if (get_num_threads() != before)
        {
            set_num_threads(before);
        }
    }

    private static void Use(int threads)
    {
        if (threads != get_num_threads())
        {
            set_num_threads(threads);
        }
    }
}
