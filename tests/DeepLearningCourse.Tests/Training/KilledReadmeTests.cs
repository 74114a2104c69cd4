using System.Diagnostics;
using System.Security.Cryptography;
using DeepLearningCourse.Checkpoints;
using DeepLearningCourse.Tests.Architecture;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Training;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

/// <summary>
/// The README's own program, up to the run that resumes itself, as it stands and with the training loader for validation too, killed (SIGKILL) at random
/// moments and started again.
/// </summary>
public sealed class KilledReadmeTests : TensorTest
{
    private const string TwoLoaders = "Fit(trainLoader, validationLoader, resume: ResumeFrom.Auto)";
    private const string OneLoader = "Fit(trainLoader, trainLoader, resume: ResumeFrom.Auto)";

    [TimeLimit(600)]
    [TestCase("README.md", false), TestCase("README.md", true)]
    public void The_readmes_program_goes_on_after_kills(string document, bool oneLoader) => KillAgainAndAgain(document, oneLoader, 2);

    [Attack, TimeLimit(3600)]
    [Category("Long")]
    [TestCase("README.md", false), TestCase("README.md", true), TestCase("README.es.md", false)]
    public void The_readmes_program_goes_on_after_many_kills(string document, bool oneLoader)
    {
        var (kills, within, runs) = KillAgainAndAgain(document, oneLoader, 25);

        AttackRecords.Add(
            "Resuming", $"The program of {document} with {(oneLoader ? OneLoader : TwoLoaders)}, killed (SIGKILL) at random moments of that run and started again",
            $"{kills} kills, {within} of which left a checkpoint within an epoch; {runs} of {runs} runs ended as the undisturbed one, bit for bit, with 800 samples in each epoch");
    }

    private static (int Kills, int Within, int Runs) KillAgainAndAgain(string document, bool oneLoader, int times)
    {
        using TemporaryFolder folder = new();
        var program = Compile(document, oneLoader, folder);
        KilledRun killed = new();
        Random random = new(11);
        var whole = Complete(killed, program, Directory.CreateDirectory(folder["whole"]).FullName);
        var (within, runs) = (0, 0);

        while (killed.Kills < times)
        {
            var place = Directory.CreateDirectory(folder[$"run {runs++}"]).FullName;
            var began = killed.Kills;

            while (killed.Kills < times && killed.Kills < began + 4 && killed.Start(["program", program, place], process => Kill(process, place, random)) is null)
            {
                within += RunRecord.FromJson(CheckpointFile.ReadRecord(Newest(place)!)).Batch > 0 ? 1 : 0;
            }

            Assert.That(Complete(killed, program, place), Is.EqualTo(whole), $"after {killed.Kills} kills in all");
        }

        return (killed.Kills, within, runs);
    }

    private static string Compile(string document, bool oneLoader, TemporaryFolder folder)
    {
        var blocks = DocumentProgram.Blocks(File.ReadAllText(Repository.PathOf(document)));
        var last = blocks.FindIndex(block => block.Contains(TwoLoaders, StringComparison.Ordinal));
        var path = folder["readme.dll"];
        using var file = File.Create(path);
        DocumentProgram.Compile(blocks.Take(last + 1).Select(block => oneLoader ? block.Replace(TwoLoaders, OneLoader, StringComparison.Ordinal) : block), "readme", file);
        return path;
    }

    /// <summary>Kills the program some milliseconds after it has written a checkpoint that was not there.</summary>
    private static string? Kill(Process process, string place, Random random)
    {
        var before = Newest(place);
        var delay = random.Next(400);
        var reading = process.StandardOutput.ReadToEndAsync();

        while (!process.HasExited)
        {
            if (Newest(place) != before)
            {
                Thread.Sleep(delay);
                process.Kill();
                break;
            }

            Thread.Sleep(1);
        }

        return reading.Result.Contains($"\n{StopReason.Completed}\n", StringComparison.Ordinal) ? nameof(StopReason.Completed) : null;
    }

    /// <summary>Lets the program come to its end: the tensors of its last checkpoint, and its epochs.</summary>
    private static string Complete(KilledRun killed, string program, string place)
    {
        var end = killed.Start(["program", program, place], process => process.StandardOutput.ReadToEnd());
        Assert.That(end, Does.EndWith($"{StopReason.Completed}\n"));
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var file = Newest(place)!;

        foreach (var (section, tensors) in CheckpointFile.ReadSections(file).OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            foreach (var (name, tensor) in tensors.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{section} {name}"));
                hash.AppendData(tensor.contiguous().bytes);
            }
        }

        var record = RunRecord.FromJson(CheckpointFile.ReadRecord(file));
        Assert.That(record.Warnings, Is.Empty);
        Assert.That(record.Epochs.Select(epoch => epoch.Samples), Is.Not.Empty.And.All.EqualTo(800));
        var epochs = record.Epochs.Select(epoch => FormattableString.Invariant($"{epoch.TrainLoss:R} {epoch.Validation!.Loss:R} {epoch.Steps}"));
        return $"{Path.GetFileName(file)} {Convert.ToHexString(hash.GetHashAndReset())} {string.Join(", ", epochs)}";
    }

    private static string? Newest(string place) => CheckpointFolder.Newest(Path.Combine(place, "runs", "slides"))?.File;
}
