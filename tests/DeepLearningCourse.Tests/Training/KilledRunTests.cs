using System.Globalization;
using DeepLearningCourse.ResumeProbe;
using DeepLearningCourse.Tests.Data;
using DeepLearningCourse.Training;

namespace DeepLearningCourse.Tests.Training;

/// <summary>Kills a training process (SIGKILL) at random moments, also while it validates or writes a checkpoint, and lets it go on until it is through.</summary>
public sealed class KilledRunTests
{
    [Test, TimeLimit(600)]
    public void A_killed_run_ends_with_the_weights_of_one_that_was_not([ValueSource(typeof(Scenario), nameof(Scenario.Data))] string data) => KillAgainAndAgain(2, data);

    [Test, Attack, TimeLimit(3600)]
    [Category("Long")]
    public void Fifty_kills_change_no_bit([ValueSource(typeof(Scenario), nameof(Scenario.Data))] string data)
    {
        var (kills, validations, runs) = KillAgainAndAgain(50, data);

        AttackRecords.Add(
            "Resuming", $"Training processes killed (SIGKILL) at random moments and started again; data: {data}",
            $"{kills} kills, {validations} of them during a validation; {runs} of {runs} runs ended with the weights, averages and optimizer of an undisturbed run, bit for bit, without a warning");
    }

    private static (int Kills, int InValidation, int Runs) KillAgainAndAgain(int times, string data)
    {
        var whole = Undisturbed(data);
        Random random = new(5);
        KilledRun killed = new();
        var runs = 0;

        while (killed.Kills < times)
        {
            using TemporaryFolder folder = new();
            string? end;

            do
            {
                // Epochs have 5 steps and 2 or 3 validations: some are killed twice.
                var workers = random.Next(3).ToString(CultureInfo.InvariantCulture);
                end = killed.Start([folder.FullName, workers, data], lines: killed.Kills < times ? random.Next(1, 8) : int.MaxValue, delay: random.Next(12));
            }
            while (end is null);

            Assert.That(end, Is.EqualTo($"{StopReason.Completed} {whole}"), $"after {killed.Kills} kills in all");
            runs++;
        }

        return (killed.Kills, killed.InValidation, runs);
    }

    private static string Undisturbed(string data)
    {
        using Scenario scenario = new(numWorkers: 0, data);
        scenario.Fit(scenario.Trainer([]));
        return scenario.Fingerprint();
    }
}
