using System.Text.Json;
using DeepLearningCourse.Optimization;
using FsCheck;
using FsCheck.Fluent;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Optimization;

public sealed class ScheduleStateTests : NetworkTest
{
    private static readonly Arbitrary<(int Seed, int Stop, bool Ours, bool Adam)> Runs = (
        from seed in Gen.Choose(0, int.MaxValue - 1)
        from stop in Gen.Choose(0, 100)
        from ours in Gen.Elements(true, false)
        from adam in Gen.Elements(true, false)
        select (seed, stop, ours, adam)).ToArbitrary();

    [Test]
    public void A_schedule_saved_as_JSON_goes_on_bit_for_bit_wherever_it_stopped() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(Runs, run =>
        {
            using var parameters = new ScheduledParameters();
            using var straight = parameters.Make(run.Ours, run.Adam);
            using var fresh = parameters.Make(run.Ours, run.Adam);
            var whole = new RandomSchedule(run.Seed).Make(straight);
            ScheduledParameters.Run(whole, 0, run.Stop);
            var json = JsonSerializer.Serialize(whole.State);
            var resumed = new RandomSchedule(run.Seed).Make(fresh);

            resumed.Restore(JsonSerializer.Deserialize<ScheduleState>(json)!);

            for (var t = run.Stop; t < run.Stop + 60; t++)
            {
                RequireSame(whole, straight, resumed, fresh);
                ScheduledParameters.Run(whole, t, t + 1);
                ScheduledParameters.Run(resumed, t, t + 1);
            }

            RequireSame(whole, straight, resumed, fresh);
            return JsonSerializer.Serialize(resumed.State) == JsonSerializer.Serialize(whole.State);
        }));

    [Test]
    public void A_state_is_equal_after_JSON_to_the_last_bit()
    {
        using var parameters = new ScheduledParameters();
        using var optimizer = parameters.Make(ours: true);
        ScheduleState[] states =
        [
            Schedules.ReduceLROnPlateau(optimizer, new()).State,
            Schedules.OneCycleLR(optimizer, 1.0 / 3, 17).State,
            Schedules.SequentialLR(optimizer, [Schedules.LinearLR(optimizer), Schedules.MultiStepLR(optimizer, [3, 5])], [4]).State,
        ];

        foreach (var state in states)
        {
            var back = JsonSerializer.Deserialize<ScheduleState>(JsonSerializer.Serialize(state))!;

            Assert.That(back, Is.EqualTo(state));
            Assert.That(back.GetHashCode(), Is.EqualTo(state.GetHashCode()));
            Assert.That(back with { StepCount = 99 }, Is.Not.EqualTo(state));
            Assert.That(back.LearningRates.Select(BitConverter.DoubleToInt64Bits), Is.EqualTo(state.LearningRates.Select(BitConverter.DoubleToInt64Bits)));
        }

        Assert.That(states[0].Values["best"], Is.EqualTo(double.PositiveInfinity));
    }

    [Test]
    public void A_state_keeps_what_it_was_when_the_schedule_goes_on()
    {
        using var parameters = new ScheduledParameters();
        using var optimizer = parameters.Make(ours: false);
        var schedule = Schedules.OneCycleLR(optimizer, 0.7, 20);
        var (state, json) = (schedule.State, JsonSerializer.Serialize(schedule.State));

        ScheduledParameters.Run(schedule, 0, 7);

        Assert.That(JsonSerializer.Serialize(state), Is.EqualTo(json));
    }

    [Test]
    public void A_run_resumes_whether_the_optimizers_state_comes_before_or_after([Values] bool before)
    {
        using var parameters = new ScheduledParameters();
        using var straight = (Optimizer)parameters.Make(ours: true);
        var whole = Schedules.SequentialLR(straight, [Schedules.LinearLR(straight), Schedules.OneCycleLR(straight, 0.7, 40)], [5]);
        ScheduledParameters.Run(whole, 0, 12);
        using var weights = straight.state_dict();
        var state = whole.State;
        using var fresh = (Optimizer)parameters.Make(ours: true);

        if (before)
        {
            fresh.load_state_dict(weights);
        }

        var resumed = Schedules.SequentialLR(fresh, [Schedules.LinearLR(fresh), Schedules.OneCycleLR(fresh, 0.7, 40)], [5]);
        resumed.Restore(state);

        if (!before)
        {
            fresh.load_state_dict(weights);
        }

        for (var t = 12; t < 40; t++)
        {
            RequireSame(whole, straight, resumed, fresh);
            ScheduledParameters.Run(whole, t, t + 1);
            ScheduledParameters.Run(resumed, t, t + 1);
        }
    }

    [Test]
    public void A_resumed_run_of_TorchSharps_optimizer_goes_on_too([Values] bool before)
    {
        using var parameters = new ScheduledParameters();
        using var straight = (Adam)parameters.Make(ours: false, adam: true);
        var whole = Schedules.CosineAnnealingLR(straight, 30);
        ScheduledParameters.Run(whole, 0, 12);
        using var fresh = (Adam)parameters.Make(ours: false, adam: true);

        if (before)
        {
            fresh.load_state_dict(straight.state_dict());
        }

        var resumed = Schedules.CosineAnnealingLR(fresh, 30);
        resumed.Restore(whole.State);

        if (!before)
        {
            fresh.load_state_dict(straight.state_dict());
        }

        ScheduledParameters.Run(whole, 12, 50);
        ScheduledParameters.Run(resumed, 12, 50);
        RequireSame(whole, straight, resumed, fresh);
    }

    [Test]
    public void A_schedule_made_for_a_loaded_optimizer_begins_where_the_first_one_began()
    {
        using var parameters = new ScheduledParameters();
        using var straight = (Optimizer)parameters.Make(ours: true);
        ScheduledParameters.Run(Schedules.ExponentialLR(straight, 0.5), 0, 3);
        using var weights = straight.state_dict();
        using var fresh = (Optimizer)parameters.Make(ours: true);
        fresh.load_state_dict(weights);

        var again = Schedules.LambdaLR(fresh, _ => 1);

        Assert.That(again.LearningRates, Is.EqualTo(new[] { 0.5, 0.02 }));
    }

    [Test]
    public void A_state_that_does_not_fit_is_refused_with_the_differences_and_nothing_is_changed()
    {
        using var parameters = new ScheduledParameters();
        using var optimizer = parameters.Make(ours: true);
        using var one = Optimizers.SGD(parameters.All, momentum: 0.9);
        var step = Schedules.StepLR(optimizer, 1);
        var chain = Schedules.ChainedScheduler(optimizer, Schedules.ConstantLR(optimizer, 1), Schedules.PolynomialLR(optimizer));
        var saved = step.State;
        var (before, chained) = (step.State, chain.State);

        Assert.Multiple(() =>
        {
            Refused(step, Schedules.ExponentialLR(optimizer, 0.9).State, "it is of ExponentialLR, and this is StepLR");
            Refused(step, Schedules.StepLR(one, 1).State, "it has 1 groups, and the optimizer has 2");
            Refused(step, Schedules.StepLR(optimizer, 30, 0.5).State, "its stepSize is 30, and here it is 1; its gamma is 0.5, and here it is 0.1");
            Refused(step, saved with { StepCount = -1 }, "negative count of steps");
            Refused(step, saved with { LearningRates = [double.NaN, 0] }, "no finite number");
            Refused(step, saved with { BaseLearningRates = [1] }, "it has 2 groups");
            Refused(chain, chained with { Schedules = [chained.Schedules[0]] }, "it has 1 schedules inside, and this has 2");
            Refused(
                chain, chained with { Schedules = [chained.Schedules[0], chained.Schedules[0]] }, "in schedule 1 it is of ConstantLR, and this is PolynomialLR");
            Refused(Schedules.ReduceLROnPlateau(optimizer, new()), Schedules.ReduceLROnPlateau(optimizer, new()).State with { Values = new Dictionary<string, double>() }, "it lacks the number 'best'");
            Assert.That(step.State with { LearningRates = [] }, Is.EqualTo(before with { LearningRates = [] }));
        });
    }

    [Test]
    public void Other_options_are_taken_on_purpose()
    {
        using var parameters = new ScheduledParameters();
        using var optimizer = parameters.Make(ours: true);
        var state = Schedules.StepLR(optimizer, 30).State;
        var other = Schedules.StepLR(optimizer, 2);

        other.Restore(state with { Options = other.State.Options });

        Assert.That(other.StepCount, Is.Zero);
    }

    [Test]
    public void Json_without_a_required_number_is_refused() =>
        Assert.That(() => JsonSerializer.Deserialize<ScheduleState>("""{"Kind":"StepLR"}"""), Throws.TypeOf<JsonException>().With.Message.Contains("StepCount"));

    private static void Refused(Schedule schedule, ScheduleState state, string why)
    {
        var before = schedule.State;
        Assert.That(() => schedule.Restore(state), Throws.ArgumentException.With.Message.Contains(why).And.Message.Contains("does not fit the schedule"));
        Assert.That(schedule.State, Is.EqualTo(before));
    }

    private static void RequireSame(Schedule whole, optim.Optimizer straight, Schedule resumed, optim.Optimizer fresh)
    {
        Assert.That(resumed.LearningRates, Is.EqualTo(whole.LearningRates));
        Assert.That(resumed.StepCount, Is.EqualTo(whole.StepCount));
        Assert.That(ScheduledParameters.Momenta(fresh), Is.EqualTo(ScheduledParameters.Momenta(straight)));
    }
}
