using DeepLearningCourse.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Optimization.Updates;

/// <summary>Compares a saved state of LBFGS with the parameters it is to go on with.</summary>
internal static class LBFGSStateCheck
{
    private static readonly string[] Numbers = ["func_evals", "n_iter"];
    private static readonly string[] NumbersOfMove = ["t", "H_diag", "prev_loss"];

    /// <exception cref="ArgumentException">It does not fit.</exception>
    public static void Check(IReadOnlyDictionary<string, Tensor>? state, long count)
    {
        if (state is null)
        {
            return;
        }

        Require(state, Numbers, []);

        if (state.ContainsKey("d"))
        {
            Require(state, NumbersOfMove, []);
            Require(state, ["d", "prev_flat_grad"], [count]);
            var rows = state.TryGetValue("ro", out var inverses) ? inverses.numel() : 0;
            Require(state, ["ro"], [rows]);
            Require(state, ["old_dirs", "old_stps"], [rows, count]);
        }
    }

    private static void Require(IReadOnlyDictionary<string, Tensor> state, string[] names, long[] shape)
    {
        foreach (var name in names)
        {
            if (!state.TryGetValue(name, out var value))
            {
                throw StateDictLoading.Wrong($"it has {string.Join(", ", state.Keys)}, and LBFGS needs {name} too");
            }

            if (shape.Length == 0 ? value.numel() != 1 : !value.shape.SequenceEqual(shape))
            {
                throw StateDictLoading.Wrong($"its {name} has the shape {Shapes.Text(value)}, and for these parameters it has to be {Shapes.Text(shape)}");
            }
        }
    }
}
