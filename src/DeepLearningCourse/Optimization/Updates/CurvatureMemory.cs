using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>The last moves and how the gradient changed along them, which together stand for the inverse of the Hessian
/// (<see href="https://doi.org/10.1007/BF01589116">Liu and Nocedal, 1989</see>).</summary>
internal sealed class CurvatureMemory : IDisposable
{
    // A move along which the gradient hardly grows says nothing of the curvature.
    private const double LeastCurvature = 1e-10;

    private readonly List<Tensor> changes = [];
    private readonly List<Tensor> moves = [];
    private readonly List<double> inverses = [];
    private double scale = 1;
    private double[] shares = [];

    /// <summary>Adds a move, whose tensors it takes, and forgets the oldest one if they become too many.</summary>
    public void Add(Tensor change, Tensor move, int most)
    {
        using var scope = NewDisposeScope();
        var curvature = change.dot(move);

        if (!(curvature.ToDouble() > LeastCurvature))
        {
            return;
        }

        while (changes.Count >= most)
        {
            changes[0].Dispose();
            moves[0].Dispose();
            changes.RemoveAt(0);
            moves.RemoveAt(0);
            inverses.RemoveAt(0);
        }

        // Rounded to the parameters' type, in which they are saved.
        inverses.Add(curvature.reciprocal().ToDouble());
        scale = curvature.div(change.dot(change)).ToDouble();
        changes.Add(change.DetachFromDisposeScope());
        moves.Add(move.DetachFromDisposeScope());
    }

    /// <summary>The gradient, turned back and multiplied by the inverse of the Hessian.</summary>
    public Tensor Direction(Tensor gradient)
    {
        var direction = gradient.neg();
        shares = new double[changes.Count];

        for (var i = changes.Count - 1; i >= 0; i--)
        {
            shares[i] = Dot(moves[i], direction) * inverses[i];
            direction.add_(changes[i], alpha: -shares[i]);
        }

        direction.mul_(scale);

        for (var i = 0; i < changes.Count; i++)
        {
            direction.add_(moves[i], alpha: shares[i] - (Dot(changes[i], direction) * inverses[i]));
        }

        return direction;
    }

    /// <summary>What is kept, under PyTorch's names; its lists are the rows of tensors here.</summary>
    public IEnumerable<(string Name, Tensor Value)> Save(long count, ScalarType dtype, Device device)
    {
        yield return ("old_dirs", changes.Count == 0 ? zeros([0, count], dtype, device) : stack(changes));
        yield return ("old_stps", moves.Count == 0 ? zeros([0, count], dtype, device) : stack(moves));
        yield return ("ro", tensor(inverses.ToArray(), dtype: dtype));
        yield return ("H_diag", tensor(scale, dtype: dtype));
        yield return ("al", tensor(shares, dtype: dtype));
    }

    /// <summary>Takes over what was kept.</summary>
    public void Load(IReadOnlyDictionary<string, Tensor> state, ScalarType dtype, Device device)
    {
        Clear();

        for (var i = 0L; i < state["old_dirs"].shape[0]; i++)
        {
            changes.Add(state["old_dirs"][i].to(dtype, device, copy: true).DetachFromDisposeScope());
            moves.Add(state["old_stps"][i].to(dtype, device, copy: true).DetachFromDisposeScope());
            inverses.Add(state["ro"][i].ToDouble());
        }

        scale = state["H_diag"].ToDouble();
        shares = state.TryGetValue("al", out var saved) ? [.. saved.to(ScalarType.Float64).cpu().data<double>()] : [];
    }

    /// <summary>Brings the tensors to another type or device.</summary>
    public void Convert(ScalarType dtype, Device device)
    {
        foreach (var list in new[] { changes, moves })
        {
            for (var i = 0; i < list.Count; i++)
            {
                using var old = list[i];
                list[i] = old.to(dtype, device).DetachFromDisposeScope();
            }
        }
    }

    public void Dispose() => Clear();

    private void Clear()
    {
        changes.ForEach(change => change.Dispose());
        moves.ForEach(move => move.Dispose());
        changes.Clear();
        moves.Clear();
        inverses.Clear();
        scale = 1;
    }

    private static double Dot(Tensor a, Tensor b)
    {
        using var product = a.dot(b);
        return product.ToDouble();
    }
}
