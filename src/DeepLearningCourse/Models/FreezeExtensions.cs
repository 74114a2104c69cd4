using static TorchSharp.torch;

namespace DeepLearningCourse.Models;

/// <summary>Which parameters of a network are trained, and how many there are.</summary>
public static class FreezeExtensions
{
    /// <summary>Takes parameters out of training: <c>requires_grad = false</c>. A gradient that one still has is dropped, so that an
    /// optimizer leaves it alone from then on.</summary>
    /// <param name="model">The network.</param>
    /// <param name="pattern">Names, with <c>*</c> for anything: <c>encoder.*</c>. A parameter that layers share is frozen for all of them.</param>
    /// <returns>The names of the parameters that are frozen now, in the network's order.</returns>
    /// <exception cref="ArgumentException">The pattern matches nothing.</exception>
    /// <remarks>Running statistics of normalisations are no parameters: <c>layer.eval()</c> stops them.</remarks>
    public static IReadOnlyList<string> Freeze(this nn.Module model, string pattern = "*")
    {
        var chosen = NetworkParameters.Choose(model, pattern);

        foreach (var (_, parameter) in chosen)
        {
            parameter.requires_grad = false;
            parameter.grad = null;
        }

        return [.. chosen.Select(entry => entry.Name)];
    }

    /// <summary>Takes parameters back into training: <c>requires_grad = true</c>. Parameters of whole numbers have no gradient and are left out.</summary>
    /// <param name="model">The network.</param>
    /// <param name="pattern">Names, with <c>*</c> for anything: <c>encoder.*</c>.</param>
    /// <returns>The names of the parameters that are trained now, in the network's order.</returns>
    /// <exception cref="ArgumentException">The pattern matches nothing.</exception>
    public static IReadOnlyList<string> Unfreeze(this nn.Module model, string pattern = "*")
    {
        var chosen = NetworkParameters.Choose(model, pattern).Where(entry => entry.Value.is_floating_point() || entry.Value.is_complex()).ToList();

        foreach (var (_, parameter) in chosen)
        {
            parameter.requires_grad = true;
        }

        return [.. chosen.Select(entry => entry.Name)];
    }

    /// <summary>How many numbers the parameters of a network are; a parameter that layers share counts once.</summary>
    /// <param name="model">The network.</param>
    /// <param name="trainableOnly">Whether frozen parameters are left out.</param>
    /// <returns>The count; buffers, such as running means, are not in it.</returns>
    /// <exception cref="InvalidOperationException">A lazy layer has no size yet.</exception>
    public static long CountParameters(this nn.Module model, bool trainableOnly = false)
    {
        var all = NetworkParameters.AllNames(model);
        LazyParameter.RefuseWaiting(all.Select(entry => (entry.Name, (Tensor)entry.Value)));
        return NetworkParameters.Once(all).Where(entry => !trainableOnly || entry.Value.requires_grad).Sum(entry => entry.Value.numel());
    }
}
