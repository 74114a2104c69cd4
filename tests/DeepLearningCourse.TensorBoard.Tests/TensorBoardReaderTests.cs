using System.Diagnostics;
using System.Text.Json;
using DeepLearningCourse.Tests;
using DeepLearningCourse.Tests.Data;
using static TorchSharp.torch;

namespace DeepLearningCourse.TensorBoard.Tests;

/// <summary>What TensorBoard's own reader finds, where python3 has it.</summary>
public sealed class TensorBoardReaderTests : TensorTest
{
    private const int WithoutTensorBoard = 42;

    [Test]
    public void TensorBoard_reads_what_was_written_and_forgets_what_a_resumed_run_does_again()
    {
        using TemporaryFolder folder = new();

        using (EventWriter writer = new(folder["run"]))
        {
            writer.AddHyperParameters(new Dictionary<string, object> { ["lr"] = 0.5, ["optimizer"] = "Adam" }, ["loss"]);
            writer.AddText("network", "(w1)", 0);
            writer.AddHistogram("weights", tensor(new[] { 0.25, 0.5 }), 1);
            writer.AddImage("picture", rand(3, 5, 7), 1);
            Enumerable.Range(1, 4).ToList().ForEach(step => writer.AddScalar("loss", step, step));
        }

        using (EventWriter writer = new(folder["run"], purgeStep: 3))
        {
            writer.AddScalar("loss", 33, 3);
            writer.EndSession(succeeded: true);
        }

        using var read = Read(folder["run"]);
        var root = read.RootElement;
        Assert.That(Plain(root, "scalars"), Is.EqualTo("""{"loss":[[1,1.0],[2,2.0],[3,33.0]]}"""));
        Assert.That(Plain(root, "texts"), Is.EqualTo("""{"network/text_summary":[[0,["(w1)"]]]}"""));
        Assert.That(root.GetProperty("images").GetProperty("picture")[0].EnumerateArray().Take(3).Select(number => number.GetInt32()), Is.EqualTo(new[] { 1, 7, 5 }));
        Assert.That(root.GetProperty("histograms").GetProperty("weights")[0][1].GetProperty("num").GetDouble(), Is.EqualTo(2));
        var hyper = root.GetProperty("hyper_parameters");
        Assert.That(Plain(hyper, "values"), Is.EqualTo("""{"lr":0.5,"optimizer":"Adam"}"""));
        Assert.That(Plain(hyper, "metrics"), Is.EqualTo("""["loss"]"""));
        Assert.That(hyper.GetProperty("status").GetInt32(), Is.EqualTo(1));
    }

    private static string Plain(JsonElement element, string name) => JsonSerializer.Serialize(element.GetProperty(name));

    private static JsonDocument Read(string folder)
    {
        ProcessStartInfo start = new("python3", [Repository.PathOf("tests/DeepLearningCourse.TensorBoard.Tests/Reference/read_events.py"), folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = TryStart(start);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        if (process.ExitCode == WithoutTensorBoard)
        {
            Assert.Ignore("Python has no TensorBoard here.");
        }

        Assert.That(process.ExitCode, Is.Zero, errors.Result);
        return JsonDocument.Parse(output);
    }

    private static Process TryStart(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore("There is no Python here.");
            throw;
        }
    }
}
