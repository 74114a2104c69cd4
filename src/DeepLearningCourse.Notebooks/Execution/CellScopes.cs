using TorchSharp;

namespace DeepLearningCourse.Notebooks.Execution;

/// <summary>
/// Ends what a cell's top-level <c>using</c> declared for the thread: <c>using var off = torch.no_grad();</c> would otherwise take the gradients from every
/// later cell. Other values live on, as all variables of a notebook.
/// </summary>
internal static class CellScopes
{
    /// <summary>Ends the scopes among the variables, the last one first.</summary>
    public static void End(Submission submission, IReadOnlyList<string> variables)
    {
        foreach (var variable in variables.Reverse())
        {
            switch (submission.Value(variable))
            {
                case IDisposable mode when mode.GetType() is { Namespace: "TorchSharp", Name: "AutoGradMode" or "InferenceMode" }:
                    mode.Dispose();
                    break;
                case DisposeScope scope:
                    // What the cell made stays with its variables.
                    scope.Detach([.. scope.DisposablesView]);
                    scope.Dispose();
                    break;
                default:
                    break;
            }
        }
    }
}
