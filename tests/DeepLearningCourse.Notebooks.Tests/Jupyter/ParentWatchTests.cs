using System.Diagnostics;
using DeepLearningCourse.Notebooks.Jupyter;

namespace DeepLearningCourse.Notebooks.Tests.Jupyter;

[Platform(Exclude = "Win")]
public sealed class ParentWatchTests
{
    [Test]
    public void A_parent_that_is_killed_is_noticed()
    {
        using var parent = Process.Start("sleep", "1000");
        using CountdownEvent gone = new(1);
        using ParentWatch watch = new(parent.Id, () => gone.Signal(gone.CurrentCount));

        Assert.That(gone.Wait(TimeSpan.FromSeconds(1)), Is.False, "it lives");
        parent.Kill();
        Assert.That(gone.Wait(TimeSpan.FromSeconds(60)), Is.True);
    }
}
