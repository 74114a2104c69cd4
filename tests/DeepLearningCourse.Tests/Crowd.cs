using System.Collections.Concurrent;
using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests;

/// <summary>Threads that begin together.</summary>
internal static class Crowd
{
    /// <summary>Runs some work on so many threads at once, and throws what the first of them threw.</summary>
    /// <param name="threads">How many.</param>
    /// <param name="work">Gets the number of its thread.</param>
    /// <param name="seconds">After how long the test fails.</param>
    public static void Run(int threads, Action<int> work, double seconds = 60)
    {
        ConcurrentQueue<Exception> failures = new();
        using Barrier start = new(threads);
        Thread[] all = [.. Enumerable.Range(0, threads).Select(i => new Thread(() =>
        {
            start.SignalAndWait();

            try
            {
                work(i);
            }
            catch (Exception exception)
            {
                failures.Enqueue(exception);
            }
        })
        { IsBackground = true })];

        foreach (var thread in all)
        {
            thread.Start();
        }

        foreach (var thread in all)
        {
            Assert.That(thread.Join(TimeSpan.FromSeconds(seconds)), Is.True, "a thread hangs");
        }

        Assert.That(failures, Is.Empty);
    }

    /// <summary>The bits of a tensor.</summary>
    public static string Bits(Tensor tensor)
    {
        using var plain = tensor.detach().contiguous();
        return Convert.ToHexString(plain.bytes);
    }

    /// <summary>The bits of all that a network's file would hold.</summary>
    public static string Bits(nn.Module model) => string.Join('\n', model.state_dict().Select(entry => $"{entry.Key} {Bits(entry.Value)}"));

    /// <summary>The mode of each layer.</summary>
    public static string Modes(nn.Module model) => string.Join(' ', model.modules().Prepend(model).Select(module => module.training ? "train" : "eval"));
}

/// <summary>A network of which every layer that minds its mode shows it.</summary>
internal sealed class Moody : MyNeuralNetwork
{
    public Linear first { get; } = nn.Linear(4, 16);

    public BatchNorm1d norm { get; } = nn.BatchNorm1d(16);

    public Dropout drop { get; set; } = nn.Dropout(0.5);

    public Linear head { get; } = nn.Linear(16, 2);

    public override Tensor forward(Tensor x) => head.call(drop.call(norm.call(first.call(x)).relu()));
}
