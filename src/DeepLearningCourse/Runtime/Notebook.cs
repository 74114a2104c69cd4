namespace DeepLearningCourse.Runtime;

/// <summary>The notebook in which the code runs, if it runs in one.</summary>
/// <remarks>
/// What runs a notebook sets <see cref="Current"/>, and the progress of a training is then HTML that is brought up to date in its place. The library
/// depends on no notebook package; <c>dlc-notebook</c> sets it by itself, and with another kernel a few lines of the user's do:
/// <c>Notebook.Current = html => { var shown = display(HTML(html)); return next => shown.Update(HTML(next)); };</c>.
/// </remarks>
public static class Notebook
{
    private static readonly Lock Guard = new();
    private static readonly List<Func<bool>> Listeners = [];

    /// <summary>Shows HTML below the cell that runs, and gives back what puts other HTML in its place; null outside of a notebook.</summary>
    public static Func<string, Action<string>>? Current { get; set; }

    /// <summary>
    /// What a notebook's interrupt does first: asks the trainings that run, and take signals (<c>TrainerOptions.HandleSignals</c>), to end at their
    /// next step with checkpoint and history, as a first Ctrl-C does. May be called from any thread.
    /// </summary>
    /// <returns>Whether a training was asked that had not been asked before; if not, the notebook ends the cell by its own means.</returns>
    public static bool Interrupt()
    {
        Func<bool>[] now;

        lock (Guard)
        {
            now = [.. Listeners];
        }

        var asked = false;

        foreach (var ask in now)
        {
            asked |= ask();
        }

        return asked;
    }

    internal static void AddListener(Func<bool> ask)
    {
        lock (Guard)
        {
            Listeners.Add(ask);
        }
    }

    internal static void RemoveListener(Func<bool> ask)
    {
        lock (Guard)
        {
            Listeners.Remove(ask);
        }
    }
}
