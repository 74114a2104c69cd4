using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace DeepLearningCourse.Notebooks.Jupyter;

/// <summary>Says when the program that started the kernel is gone, be it killed, so that no kernel is left behind with its memory.</summary>
internal sealed class ParentWatch : IDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);
    private readonly Timer timer;
    private readonly int parent;
    private readonly DateTime? begun;
    private readonly Action gone;

    public ParentWatch(int parent, Action gone)
    {
        (this.parent, this.gone) = (parent, gone);
        begun = BeginOf(parent);
        timer = new Timer(_ => Look(), null, TimeSpan.Zero, BetweenLooks);
    }

    /// <summary>Watches the process that Jupyter names in <c>JPY_PARENT_PID</c>; null if it names none.</summary>
    public static ParentWatch? OfJupyter(Action gone) =>
        int.TryParse(Environment.GetEnvironmentVariable("JPY_PARENT_PID"), CultureInfo.InvariantCulture, out var parent) && parent > 1
            ? new ParentWatch(parent, gone)
            : null;

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        // Its number may be another process's by now, which began at another time.
        if (BeginOf(parent) is not { } now || (begun is { } then && now != then))
        {
            gone();
        }
    }

    private static DateTime? BeginOf(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.HasExited ? null : process.StartTime;
        }
        catch (Exception problem) when (problem is ArgumentException or InvalidOperationException)
        {
            return null;
        }
        catch (Win32Exception)
        {
            // It is there, but not ours to look at.
            return DateTime.MinValue;
        }
    }
}
