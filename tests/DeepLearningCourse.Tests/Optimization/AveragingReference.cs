using System.Text.Json;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Tests.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Optimization;

/// <summary>The numbers of make_averaging.py, and its network.</summary>
internal static class AveragingReference
{
    public static JsonElement Root { get; } = JsonDocument.Parse(File.ReadAllText(Reference.PathOf("averaging.json"))).RootElement;

    public static double Decay => Root.GetProperty("decay").GetDouble();

    /// <summary>The 20 batches, each [8, 4].</summary>
    public static Tensor[] Batches()
    {
        using var scope = NewDisposeScope();
        return [.. tensor(Root.GetProperty("X").Numbers()).reshape(20, 8, 4).unbind().Select(batch => batch.MoveToOuterDisposeScope())];
    }

    public static Sequential Network()
    {
        // A BatchNorm that is made in float64 would count its batches in float64, too.
        var network = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.ReLU(), nn.Linear(6, 1));
        network.to(ScalarType.Float64);
        return network;
    }

    /// <summary>Sets a network to what PyTorch's was after a step.</summary>
    public static void Set(nn.Module network, JsonElement state)
    {
        using var withoutGradients = no_grad();

        foreach (var (name, value) in network.state_dict())
        {
            using var scope = NewDisposeScope();
            value.copy_(tensor(state.GetProperty(name).Numbers()).reshape(value.shape));
        }
    }

    /// <summary>The entries of a state that differ from PyTorch's.</summary>
    public static IEnumerable<string> Differences(IReadOnlyDictionary<string, Tensor> actual, JsonElement expected, Func<string, bool> names) =>
        from entry in actual
        where names(entry.Key)
        let difference = entry.Value.Doubles().Zip(expected.GetProperty(entry.Key).Numbers(), (a, b) => Math.Abs(a - b) / Math.Max(1, Math.Abs(b))).Max()
        where !(difference < 1e-13)
        select $"{entry.Key}: {difference}";

    /// <summary>The bytes of every tensor, to compare bit for bit.</summary>
    public static Dictionary<string, byte[]> Bits(IReadOnlyDictionary<string, Tensor> state) => state.ToDictionary(entry => entry.Key, entry =>
    {
        using var scope = NewDisposeScope();
        return entry.Value.detach().cpu().contiguous().bytes.ToArray();
    });

    public static Dictionary<string, byte[]> Bits(nn.Module network) => Bits(network.state_dict());
}
