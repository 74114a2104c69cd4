using System.Diagnostics;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>Says that this thread trains a network: until it is disposed, no other thread may train it, or switch its layers to evaluation mode.</summary>
internal sealed class TrainingClaim : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ModuleTree tree;

    /// <summary>Waits for passes in evaluation mode that are under way on other threads; new ones are refused from now on.</summary>
    /// <param name="network">The network.</param>
    /// <param name="patience">How long to wait for them. Default: 10 seconds.</param>
    /// <exception cref="InvalidOperationException">Another thread trains the network or a layer of it, or does not end its passes.</exception>
    public TrainingClaim(nn.Module network, TimeSpan? patience = null)
    {
        tree = ModuleTree.Of(network);

        if (tree.Claim(this) is { } other)
        {
            throw new InvalidOperationException($"{other.Claim.Trains(network, other.Mode)}. Wait for that run to end, or train a network of its own.");
        }

        Interlocked.MemoryBarrier();
        Wait(patience ?? Patience);
    }

    public ThreadPasses Thread { get; } = ThreadPasses.Current;

    public void Dispose() => tree.Release(this);

    /// <summary>The beginning of a sentence that says what another thread trains of a network.</summary>
    /// <param name="network">The network that is asked for.</param>
    /// <param name="shared">The module that both have.</param>
    public string Trains(nn.Module network, ModuleMode shared)
    {
        var (name, own) = (network.GetType().Name, tree.Network.GetType().Name);

        if (ReferenceEquals(network, tree.Network))
        {
            return $"{name} is being trained on another thread";
        }

        return network.named_modules().FirstOrDefault(entry => shared.IsOf(entry.module)).name is { } path
            ? $"{name} shares '{path}' with {own}, which is being trained on another thread"
            : $"{name} is a part of {own}, which is being trained on another thread";
    }

    private void Wait(TimeSpan patience)
    {
        var began = Stopwatch.GetTimestamp();
        SpinWait spin = default;

        while (Thread.OthersPassThrough(tree))
        {
            if (Stopwatch.GetElapsedTime(began) >= patience)
            {
                Dispose();
                throw new InvalidOperationException(
                    $"{tree.Network.GetType().Name} is being evaluated on another thread, which has not ended in {patience.TotalSeconds:0.#} s. "
                    + "A layer cannot be in training and in evaluation mode at once: wait for Evaluate and Predict to end, and train then.");
            }

            spin.SpinOnce();
        }
    }
}
