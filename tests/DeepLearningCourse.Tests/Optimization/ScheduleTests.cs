using System.Text.Json;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using FsCheck;
using FsCheck.Fluent;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Optimization;

/// <summary>Schedules against PyTorch, value by value; the values come from Reference/make_schedules.py.</summary>
public sealed class ScheduleTests : NetworkTest
{
    private static readonly Dictionary<string, Func<optim.Optimizer, Schedule>> Makers = new()
    {
        ["StepLR"] = o => Schedules.StepLR(o, 7, 0.5),
        ["MultiStepLR"] = o => Schedules.MultiStepLR(o, [3, 10, 10, 40], 0.3),
        ["ExponentialLR"] = o => Schedules.ExponentialLR(o, 0.97),
        ["ConstantLR"] = o => Schedules.ConstantLR(o),
        ["ConstantLR 0.2 of 12"] = o => Schedules.ConstantLR(o, 0.2, 12),
        ["LinearLR"] = o => Schedules.LinearLR(o),
        ["LinearLR down"] = o => Schedules.LinearLR(o, 1, 0.1, 30),
        ["PolynomialLR"] = o => Schedules.PolynomialLR(o, 40, 2),
        ["CosineAnnealingLR"] = o => Schedules.CosineAnnealingLR(o, 17, 0.001),
        ["CosineAnnealingWarmRestarts"] = o => Schedules.CosineAnnealingWarmRestarts(o, 5, 2, 0.001),
        ["LambdaLR"] = o => Schedules.LambdaLR(o, t => Math.Pow(0.95, t)),
        ["MultiplicativeLR"] = o => Schedules.MultiplicativeLR(o, t => 1 - (0.01 * t)),
        ["OneCycleLR"] = o => Schedules.OneCycleLR(o, 0.7, 61),
        ["OneCycleLR linear, three phases"] = o => Schedules.OneCycleLR(o, 0.7, 80, pctStart: 0.25, annealStrategy: AnnealStrategy.Linear, threePhase: true),
        ["OneCycleLR without momentum"] = o => Schedules.OneCycleLR(o, 0.7, 61, cycleMomentum: false),
        ["CyclicLR"] = o => Schedules.CyclicLR(o, 0.01, 0.3, stepSizeUp: 8),
        ["CyclicLR triangular2"] = o => Schedules.CyclicLR(o, 0.01, 0.3, stepSizeUp: 6, stepSizeDown: 9, mode: CyclicMode.Triangular2),
        ["CyclicLR exp_range"] = o => Schedules.CyclicLR(o, 0.01, 0.3, stepSizeUp: 6, mode: CyclicMode.ExpRange, gamma: 0.98),
        ["ReduceLROnPlateau"] = o => Schedules.ReduceLROnPlateau(o, new() { Patience = 2, Cooldown = 1, MinLr = 1e-4 }),
        ["ReduceLROnPlateau max"] = o => Schedules.ReduceLROnPlateau(
            o, new() { Mode = PlateauMode.Max, Factor = 0.5, Patience = 3, Threshold = 0.05, ThresholdMode = PlateauThreshold.Absolute }),
        ["SequentialLR"] = o => Schedules.SequentialLR(
            o, [Schedules.LinearLR(o, 0.1, totalIters: 10), Schedules.CosineAnnealingLR(o, 30), Schedules.ExponentialLR(o, 0.9)], [10, 40]),
        ["ChainedScheduler"] = o => Schedules.ChainedScheduler(o, Schedules.LinearLR(o, 0.1, totalIters: 10), Schedules.ExponentialLR(o, 0.95)),
    };

    private static IEnumerable<string> Names => Makers.Keys;

    [Test]
    public void Learning_rates_and_momenta_equal_PyTorchs([ValueSource(nameof(Names))] string name)
    {
        using var parameters = new TwoParameters();
        using var optimizer = parameters.Optimizer(momentum: name.Contains("without") ? 0 : 0.9);
        var schedule = Makers[name](optimizer);
        var expected = Recorded(name);

        for (var t = 0; t < expected.Rates.Length; t++)
        {
            Assert.That(schedule.LearningRates, Is.EqualTo(expected.Rates[t]).Within(1e-12), $"step {t}");
            Assert.That(optimizer.Groups.Select(group => group.Options.Momentum), Is.EqualTo(expected.Momenta[t]).Within(1e-12), $"step {t}");

            if (t + 1 < expected.Rates.Length)
            {
                Next(schedule, t);
            }
        }
    }

    [Test]
    public void TorchSharps_optimizers_are_scheduled_too()
    {
        using var parameters = new TwoParameters();
        using var sgd = optim.SGD(parameters.All, 0.5, momentum: 0.9);
        using var adam = optim.Adam(parameters.All, 0.5);
        var onSgd = Schedules.OneCycleLR(sgd, 0.7, 61);
        var onAdam = Schedules.StepLR(adam, 1, 0.5);

        onSgd.Step();
        onAdam.Step();

        Assert.That(onSgd.LearningRates[0], Is.EqualTo(Recorded("OneCycleLR").Rates[1][0]).Within(1e-12));
        Assert.That(((optim.IMomentum)sgd.ParamGroups.Single()).Momentum, Is.EqualTo(Recorded("OneCycleLR").Momenta[1][0]).Within(1e-12));
        Assert.That(adam.ParamGroups.Single().LearningRate, Is.EqualTo(0.25));
    }

    [Test]
    public void A_schedule_saved_as_JSON_goes_on_bit_for_bit_wherever_it_stopped() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(60),
        Prop.ForAll(Gen.Elements(Names).Zip(Gen.Choose(0, 59)).ToArbitrary(), at =>
        {
            var (name, stop) = at;
            using var parameters = new TwoParameters();
            using var straight = parameters.Optimizer();
            var whole = Makers[name](straight);
            Run(whole, 0, stop);
            var saved = JsonSerializer.Serialize(whole.State);
            Run(whole, stop, 60);
            using var fresh = parameters.Optimizer();
            var resumed = Makers[name](fresh);

            resumed.Restore(JsonSerializer.Deserialize<ScheduleState>(saved)!);
            Run(resumed, stop, 60);

            return resumed.LearningRates.SequenceEqual(whole.LearningRates) && resumed.StepCount == whole.StepCount;
        }));

    [Test]
    public void A_state_of_another_schedule_is_refused_and_nothing_is_changed()
    {
        using var parameters = new TwoParameters();
        using var optimizer = parameters.Optimizer();
        var step = Schedules.StepLR(optimizer, 1);
        using var one = Optimizers.SGD(parameters.All, momentum: 0.9);

        Assert.That(() => step.Restore(Schedules.ExponentialLR(optimizer, 0.9).State), Throws.ArgumentException.With.Message.Contains("it is of ExponentialLR, and this is StepLR"));
        Assert.That(() => step.Restore(Schedules.StepLR(one, 1).State), Throws.ArgumentException.With.Message.Contains("it has 1 groups, and the optimizer has 2"));
        Assert.That(step.LearningRates, Is.EqualTo(new[] { 0.5, 0.02 }));
    }

    [Test]
    public void Mistakes_are_sentences()
    {
        using var parameters = new TwoParameters();
        using var optimizer = parameters.Optimizer();
        using var plain = Optimizers.Adagrad(parameters.All);
        var cycle = Schedules.OneCycleLR(optimizer, 1, 3);
        Run(cycle, 0, 3);

        Assert.Multiple(() =>
        {
            Assert.That(cycle.Step, Throws.InvalidOperationException.With.Message.StartsWith("OneCycleLR was made for 3 steps, and this is one more."));
            Assert.That(() => Schedules.CyclicLR(plain, 0.1, 1), Throws.ArgumentException.With.Message.StartsWith("CyclicLR is to change the momentum too, and this optimizer has none."));
            Assert.That(() => Schedules.StepLR(optimizer, 0), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith("stepSize is a finite number greater than 0, and it is 0."));
            Assert.That(() => Schedules.ReduceLROnPlateau(optimizer, new()).Step(), Throws.InvalidOperationException.With.Message.Contains("call Step(value)"));
            Assert.That(() => Schedules.StepLR(optimizer, 1).Step(0.5), Throws.InvalidOperationException.With.Message.Contains("call Step()"));
            Assert.That(() => Schedules.SequentialLR(optimizer, [Schedules.StepLR(optimizer, 1)], [3]), Throws.ArgumentException.With.Message.Contains("1 schedules one after the other need 0 milestones"));
            Assert.That(() => Schedules.ReduceLROnPlateau(optimizer, new() { Factor = 1 }), Throws.TypeOf<ArgumentOutOfRangeException>());
        });
    }

    private static void Next(Schedule schedule, int t)
    {
        if (schedule.NeedsMetric)
        {
            schedule.Step(new[] { 1.0, 0.9, 0.8, 0.8, 0.8, 0.8, 0.79995, 0.7, 0.7, 0.7 }[t % 10] - (0.01 * (t / 20)));
        }
        else
        {
            schedule.Step();
        }
    }

    private static void Run(Schedule schedule, int from, int to)
    {
        for (var t = from; t < to; t++)
        {
            Next(schedule, t);
        }
    }

    private static (double[][] Rates, double[][] Momenta) Recorded(string name)
    {
        var path = Path.Combine(TestContext.CurrentContext.TestDirectory, "Reference", "schedules.json");
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var recorded = document.RootElement.GetProperty("schedules").GetProperty(name);
        return (recorded.GetProperty("rates").Deserialize<double[][]>()!, recorded.GetProperty("momenta").Deserialize<double[][]>()!);
    }

    private sealed class TwoParameters : IDisposable
    {
        private readonly Line model = new();

        public IEnumerable<Parameter> All => model.parameters();

        public Optimizer<SGDOptions> Optimizer(double momentum = 0.9) =>
            Optimizers.SGD(model.ParameterGroups(0.02, ("*weight", 0.5)), new() { Momentum = momentum });

        public void Dispose() => model.Dispose();
    }
}
