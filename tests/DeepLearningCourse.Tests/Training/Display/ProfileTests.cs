using DeepLearningCourse.Training;

namespace DeepLearningCourse.Tests.Training.Display;

public sealed class ProfileTests
{
    [Test]
    public void A_profile_divides_a_step_s_time()
    {
        var profile = Runs.History().Profile();

        Assert.That(profile.Steps, Is.EqualTo(20));
        Assert.That(profile.MicrosecondsPerStep, Is.EqualTo(10_000).Within(1e-9));
        Assert.That(profile.Parts.Select(part => part.Share), Is.EqualTo(new[] { 0.1, 0.2, 0.3, 0.3, 0.1 }).Within(1e-12));
        Assert.That(profile.ToString(), Is.EqualTo(
            """
            part      µs per step    share
            ──────────────────────────────
            data          1,000.0   10.0 %
            forward       2,000.0   20.0 %
            backward      3,000.0   30.0 %
            update        3,000.0   30.0 %
            other         1,000.0   10.0 %
            total        10,000.0  100.0 %
            Data does not hold the network up: most of the time is the network's own. A smaller network, a GPU or Precision.BFloat16 where the device supports it would be faster.
            """));
    }

    [TestCase(500, 200, 100, 100, 100, "50 % of the time goes into waiting for data: give the DataLoader more workers")]
    [TestCase(400, 150, 150, 150, 150, "Data does not hold the network up: most")]
    [TestCase(100, 200, 200, 100, 400, "40 % of the time goes into callbacks, checkpoints and validations within epochs")]
    [TestCase(100, 150, 150, 500, 100, "50 % of the time goes into the optimizer's step")]
    [TestCase(1, 2, 2, 2, 1, "Data does not hold the network up, and steps are so short")]
    public void Its_advice_is_about_the_part_that_matters(int data, int forward, int backward, int update, int other, string advice)
    {
        TrainingHistory history = new();
        history.Add(Runs.Plain(1, 1, new StepTimes(Time(data), Time(forward), Time(backward), Time(update), Time(other))));

        Assert.That(history.Profile().Advice, Does.StartWith(advice));

        // Runs.Plain has 10 steps.
        static TimeSpan Time(int microseconds) => TimeSpan.FromMicroseconds(10 * microseconds);
    }

    [Test]
    public void Without_an_epoch_there_is_nothing_to_say()
    {
        var profile = new TrainingHistory().Profile();

        Assert.That(profile.MicrosecondsPerStep, Is.Zero);
        Assert.That(profile.Advice, Is.EqualTo("No step was made, so there is nothing to say."));
        Assert.That(profile.ToString(), Does.Not.Contain("NaN"));
    }

    /// <summary>Otherwise the times of an epoch that was resumed would be of fewer steps than it counts.</summary>
    [Test]
    public void The_times_of_an_epoch_survive_a_checkpoint_within_it()
    {
        StepTimes times = new(TimeSpan.FromTicks(1), TimeSpan.FromTicks(2), TimeSpan.FromTicks(3), TimeSpan.FromTicks(4), TimeSpan.FromTicks(5));
        RunRecord record = new() { Totals = new RunRecord.TotalsRecord { Times = times.Parts } };
        EpochTotals totals = new();

        totals.GoOn(StepTimes.From(RunRecord.FromJson(record.ToJson()).Totals.Times));

        Assert.That(totals.Times, Is.EqualTo(times));
    }
}
