using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>A pass, or several, through a network in evaluation mode; each of its layers has its own mode again at the end.</summary>
/// <remarks>
/// <para>A module's mode is the same for all threads. So the first pass that needs evaluation mode switches to it, and the last one puts the modes back; a
/// network that its owner put into evaluation mode is only looked at. A network that another thread trains is refused.</para>
/// <para>Made and disposed on one thread, the inner before the outer.</para>
/// </remarks>
internal sealed class EvaluationMode : IDisposable
{
    private readonly ThreadPasses thread = ThreadPasses.Current;
    private bool holds;

    /// <exception cref="InvalidOperationException">Another thread trains the network, or a layer of it.</exception>
    public EvaluationMode(nn.Module network)
        : this(network, out var trained)
    {
        if (trained is { } other)
        {
            throw new InvalidOperationException(
                $"{other.Claim.Trains(network, other.Mode)}, and a layer cannot be in training and in evaluation mode at once. Do this in a callback of that run, for instance "
                + "in OnEpochEnded of an ITrainingCallback, which its own thread calls between steps; or with a second network that loads weights which were saved there.");
        }
    }

    private EvaluationMode(nn.Module network, out (ModuleMode Mode, TrainingClaim Claim)? trained)
    {
        Tree = ModuleTree.Of(network);
        Outer = thread.Newest;
        thread.Newest = this;

        // Who begins to train writes that first and looks for passes then; so one of the two sees the other.
        Interlocked.MemoryBarrier();

        try
        {
            trained = Tree.TrainedElsewhere(thread);

            if (trained is null && !Tree.IsEvaluated())
            {
                Tree.BeginEvaluation();
                holds = true;
            }
        }
        catch
        {
            thread.Newest = Outer;
            throw;
        }

        if (trained is not null)
        {
            thread.Newest = Outer;
        }
    }

    public ModuleTree Tree { get; }

    /// <summary>The pass around it on this thread.</summary>
    public EvaluationMode? Outer { get; }

    /// <summary>The same, or null where another thread trains the network.</summary>
    public static EvaluationMode? TryBegin(nn.Module network) => new EvaluationMode(network, out var trained) is var mode && trained is null ? mode : null;

    public void Dispose()
    {
        thread.Newest = Outer;

        if (!holds)
        {
            return;
        }

        holds = false;

        try
        {
            Tree.EndEvaluation();
        }
        catch (ThreadInterruptedException)
        {
            // A wait that somebody ended, as a loader does with that of its data, must not hold the network for ever.
            Tree.EndEvaluation();
            throw;
        }
    }
}
