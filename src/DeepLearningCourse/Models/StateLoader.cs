using System.Globalization;
using System.Text;
using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>Copies weights into a network: checks all of them first, then copies all or none.</summary>
internal static class StateLoader
{
    public static (IList<string> Missing, IList<string> Unexpected) Load(
        nn.Module network, Dictionary<string, Tensor> source, bool strict, IList<string> skip)
    {
        ArgumentNullException.ThrowIfNull(source);
        var target = network.state_dict();
        var missing = target.Keys.Where(key => !source.ContainsKey(key)).Except(skip).ToList();
        var unexpected = source.Keys.Where(key => !target.ContainsKey(key)).Except(skip).ToList();
        var shared = target.Keys.Where(source.ContainsKey).Except(skip).ToList();
        var misshapen = shared.Where(key => !target[key].shape.SequenceEqual(source[key].shape)).ToList();

        if (misshapen.Count > 0 || (strict && (missing.Count > 0 || unexpected.Count > 0)))
        {
            throw Mismatch(network, target, source, strict ? missing : [], strict ? unexpected : [], misshapen);
        }

        using (no_grad())
        {
            foreach (var key in shared)
            {
                target[key].copy_(source[key]);
            }
        }

        return (missing, unexpected);
    }

    private static WeightsMismatchException Mismatch(
        nn.Module network, Dictionary<string, Tensor> target, Dictionary<string, Tensor> source,
        List<string> missing, List<string> unexpected, List<string> misshapen)
    {
        var text = new StringBuilder($"The weights do not fit {network.GetType().Name}; nothing was loaded.");
        foreach (var key in missing)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  missing: {key} {Shapes.Text(target[key])}");
        }

        foreach (var key in unexpected)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  unexpected: {key} {Shapes.Text(source[key])}");
        }

        foreach (var key in misshapen)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  wrong shape: {key} is {Shapes.Text(source[key])} in the weights and {Shapes.Text(target[key])} in the network");
        }

        text.Append("\nUse the network that the weights were saved from");
        text.Append(misshapen.Count == 0 ? ", or pass strict: false to load only the keys that fit." : ".");
        return new WeightsMismatchException(text.ToString(), missing, unexpected, misshapen);
    }
}
