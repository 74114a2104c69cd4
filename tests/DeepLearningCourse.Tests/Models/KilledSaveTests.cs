using System.Diagnostics;
using DeepLearningCourse.Models;
using DeepLearningCourse.Tests.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Models;

public sealed class KilledSaveTests : TensorTest
{
    private static readonly string Probe = Path.Combine(
        AppContext.BaseDirectory.Replace("DeepLearningCourse.Tests", "DeepLearningCourse.SaveProbe", StringComparison.Ordinal), "DeepLearningCourse.SaveProbe.dll");

    [TestCase("w.safetensors", null)]
    [TestCase("w.safetensors", "600000")]
    [TestCase("w.npz", null)]
    [TestCase("w.pt", null)]
    public void A_killed_process_leaves_whole_weights(string name, string? maxShardBytes) => KillAgainAndAgain(3, name, maxShardBytes);

    [TestCase("w.safetensors", null), TestCase("w.safetensors", "600000"), TestCase("w.npz", null), TestCase("w.pt", null)]
    [Category("Long"), Attack]
    public void Fifty_killed_processes_leave_whole_weights(string name, string? maxShardBytes)
    {
        var (last, later) = KillAgainAndAgain(50, name, maxShardBytes);

        AttackRecords.Add(
            "Weight files", $"Processes killed (SIGKILL) while they save {name} again and again{(maxShardBytes is null ? "" : ", in several files")}",
            $"{last + later} kills; {last + later} left the whole weights of one save: {last} the last one that had said so, {later} one that was complete and could not say so any more");
    }

    /// <summary>How often the file had the last save that was said to be over, and how often a later one.</summary>
    private static (int Last, int Later) KillAgainAndAgain(int times, string name, string? maxShardBytes)
    {
        var random = new Random(7);
        var later = 0;

        for (var time = 0; time < times; time++)
        {
            using var folder = new TemporaryFolder();
            var last = KillWhileSaving(folder[name], maxShardBytes, TimeSpan.FromMilliseconds(random.Next(60)));

            using var file = WeightFile.Open(folder[name]);
            var values = file.Weights.Keys.Select(key => Ends(file, key)).ToList();

            Assert.That(values.SelectMany(ends => ends).Distinct().ToList(), Has.Count.EqualTo(1), $"kill {time}: weights of two saves");
            Assert.That(values[0][0], Is.GreaterThanOrEqualTo(last), $"kill {time}: an older save than the last that ended");
            Assert.That(file.Weights, Has.Count.EqualTo(4));
            later += values[0][0] > last ? 1 : 0;
        }

        return (times - later, later);
    }

    private static float[] Ends(WeightFile file, string key)
    {
        using var scope = NewDisposeScope();
        var tensor = file.Read(key);
        return [tensor.min().item<float>(), tensor.max().item<float>()];
    }

    /// <summary>The number of the last save that the process said was over.</summary>
    private static int KillWhileSaving(string path, string? maxShardBytes, TimeSpan after)
    {
        var start = new ProcessStartInfo("dotnet", maxShardBytes is null ? [Probe, path] : [Probe, path, maxShardBytes]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var line = process.StandardOutput.ReadLine();
        Thread.Sleep(after);
        process.Kill();

        for (var next = line; next is not null; next = process.StandardOutput.ReadLine())
        {
            line = next.Length > 0 && int.TryParse(next, out _) ? next : line;
        }

        process.WaitForExit();
        return int.Parse(line!, System.Globalization.CultureInfo.InvariantCulture);
    }
}
