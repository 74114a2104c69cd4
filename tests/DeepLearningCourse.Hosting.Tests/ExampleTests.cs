using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using DeepLearningCourse.Tests.Data;

namespace DeepLearningCourse.Hosting.Tests;

/// <summary>The example as a process: what a person does with it, and what the system does to it.</summary>
[Platform("Linux,MacOsX")]
public sealed class ExampleTests
{
    // 1347 rows in batches of 32.
    private const int StepsPerEpoch = 43;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    [Test, CancelAfter(180_000)]
    public async Task It_ends_at_a_signal_in_the_middle_of_a_run_and_goes_on_when_it_is_started_again([Values(15, 1)] int signal, CancellationToken timeout)
    {
        using TemporaryFolder folder = new();

        // More epochs than it can make before it is asked to end.
        using (var first = await ServiceProcess.Start(folder.FullName, epochs: 1_000_000, timeout))
        {
            await Until(first, "digits-1", run => Step(run) >= 20, timeout);
            using var posted = await first.Client.PostAsJsonAsync("/runs", new { name = "digits", epochs = 1 }, timeout);
            Assert.That(posted.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            using var refused = await first.Client.PostAsJsonAsync("/runs", new { name = "letters" }, timeout);
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
            Assert.That(await refused.Content.ReadAsStringAsync(timeout), Does.Contain("There is no job 'letters'"));
            using var third = await first.Client.PostAsJsonAsync("/runs", new { name = "digits" }, timeout);
            using var deleted = await first.Client.DeleteAsync(third.Headers.Location, timeout);
            Assert.That(deleted.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
            Assert.That(await first.Client.GetStringAsync("/health", timeout), Is.EqualTo("Healthy"));
            Assert.That(await first.Terminate(timeout, signal), Is.Zero, first.Output);
            Assert.That(first.Output, Does.Contain("The run digits-1 is interrupted"));
        }

        var before = LastCheckpoint(Path.Combine(folder.FullName, "digits-1"));
        var epochs = (before / StepsPerEpoch) + 2;
        using var second = await ServiceProcess.Start(folder.FullName, epochs, timeout);
        var resumed = await Until(second, "digits-1", run => State(run) == "Completed", timeout);
        var summary = resumed.GetProperty("summary");
        Assert.That(summary.GetProperty("resumedFrom").GetString(), Does.Contain($"{before}"));
        Assert.That(summary.GetProperty("steps").GetInt64(), Is.EqualTo(epochs * StepsPerEpoch));
        Assert.That(summary.GetProperty("trainLosses").GetArrayLength(), Is.EqualTo(epochs));

        var next = await Until(second, "digits-2", run => State(run) == "Completed", timeout);
        Assert.That(next.GetProperty("summary").GetProperty("steps").GetInt64(), Is.EqualTo(StepsPerEpoch));
        Assert.That(State(await Run(second, "digits-3", timeout)), Is.EqualTo("Stopped"));
        Assert.That(File.Exists(Path.Combine(folder.FullName, "digits-2", "digits.safetensors")), Is.True);
        Assert.That(await second.Terminate(timeout), Is.Zero, second.Output);
    }

    private static async Task<JsonElement> Until(ServiceProcess service, string id, Predicate<JsonElement> condition, CancellationToken timeout)
    {
        while (true)
        {
            var run = await Run(service, id, timeout);

            if (condition(run))
            {
                return run;
            }

            await Task.Delay(20, timeout);
        }
    }

    private static Task<JsonElement> Run(ServiceProcess service, string id, CancellationToken timeout) =>
        service.Client.GetFromJsonAsync<JsonElement>($"/runs/{id}", Json, timeout);

    private static long LastCheckpoint(string folder) =>
        Directory.GetFiles(folder).Max(file => long.Parse(string.Concat(Path.GetFileName(file).Where(char.IsAsciiDigit)), CultureInfo.InvariantCulture));

    private static string? State(JsonElement run) => run.GetProperty("state").GetString();

    private static long Step(JsonElement run) =>
        run.GetProperty("progress") is { ValueKind: JsonValueKind.Object } progress ? progress.GetProperty("step").GetInt64() : 0;
}
