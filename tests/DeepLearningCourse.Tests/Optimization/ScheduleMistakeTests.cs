using DeepLearningCourse.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Optimization;

public sealed class ScheduleMistakeTests : NetworkTest
{
    [Test]
    public void Arguments_out_of_range_are_sentences_with_their_names()
    {
        using var parameters = new ScheduledParameters();
        using var o = parameters.Make(ours: true);
        var before = o.ParamGroups.Select(group => group.LearningRate).ToArray();

        Assert.Multiple(() =>
        {
            OutOfRange(() => Schedules.StepLR(o, 0), "stepSize is a finite number greater than 0, and it is 0.");
            OutOfRange(() => Schedules.StepLR(o, 1, double.NaN), "gamma is a finite number");
            OutOfRange(() => Schedules.MultiStepLR(o, [3, -1]), "milestones is a finite number from 0 on");
            OutOfRange(() => Schedules.ExponentialLR(o, -0.1), "gamma");
            OutOfRange(() => Schedules.ConstantLR(o, 0), "factor is greater than 0 and at most 1");
            OutOfRange(() => Schedules.ConstantLR(o, 1.5), "factor");
            OutOfRange(() => Schedules.LinearLR(o, 0), "startFactor is greater than 0 and at most 1");
            OutOfRange(() => Schedules.LinearLR(o, endFactor: 1.1), "endFactor is a share, from 0 to 1");
            OutOfRange(() => Schedules.LinearLR(o, totalIters: 0), "totalIters");
            OutOfRange(() => Schedules.PolynomialLR(o, 0), "totalIters");
            OutOfRange(() => Schedules.PolynomialLR(o, 1, -1), "power");
            OutOfRange(() => Schedules.CosineAnnealingLR(o, 0), "tMax");
            OutOfRange(() => Schedules.CosineAnnealingLR(o, 1, -1), "etaMin");
            OutOfRange(() => Schedules.CosineAnnealingWarmRestarts(o, 0), "t0");
            OutOfRange(() => Schedules.CosineAnnealingWarmRestarts(o, 1, 0), "tMult");
            OutOfRange(() => Schedules.OneCycleLR(o, 0, 5), "maxLr");
            OutOfRange(() => Schedules.OneCycleLR(o, [1, -1], 5), "maxLr");
            OutOfRange(() => Schedules.OneCycleLR(o, 1, 0), "totalSteps");
            OutOfRange(() => Schedules.OneCycleLR(o, 1, epochs: 0, stepsPerEpoch: 2), "epochs");
            OutOfRange(() => Schedules.OneCycleLR(o, 1, epochs: 2, stepsPerEpoch: -1), "stepsPerEpoch");
            OutOfRange(() => Schedules.OneCycleLR(o, 1, 5, pctStart: 1.2), "pctStart");
            OutOfRange(() => Schedules.OneCycleLR(o, 1, 5, annealStrategy: (AnnealStrategy)7), "annealStrategy is one of Cosine, Linear");
            OutOfRange(() => Schedules.OneCycleLR(o, 1, 5, maxMomentum: 1), "maxMomentum");
            OutOfRange(() => Schedules.OneCycleLR(o, 1, 5, baseMomentum: -0.1), "baseMomentum");
            OutOfRange(() => Schedules.OneCycleLR(o, 1, 5, divFactor: 0), "divFactor");
            OutOfRange(() => Schedules.OneCycleLR(o, 1, 5, finalDivFactor: 0), "finalDivFactor");
            OutOfRange(() => Schedules.CyclicLR(o, -1, 1), "baseLr");
            OutOfRange(() => Schedules.CyclicLR(o, 0.1, 1, stepSizeUp: 0), "stepSizeUp");
            OutOfRange(() => Schedules.CyclicLR(o, 0.1, 1, stepSizeDown: 0), "stepSizeDown");
            OutOfRange(() => Schedules.CyclicLR(o, 0.1, 1, mode: (CyclicMode)9), "mode");
            OutOfRange(() => Schedules.ReduceLROnPlateau(o, new() { Factor = 1 }), "Factor");
            OutOfRange(() => Schedules.ReduceLROnPlateau(o, new() { Patience = -1 }), "Patience");
            OutOfRange(() => Schedules.ReduceLROnPlateau(o, new() { MinLr = [0.1, -1] }), "MinLr");
            OutOfRange(() => Schedules.ReduceLROnPlateau(o, new() { Mode = (PlateauMode)5 }), "Mode");
            Assert.That(o.ParamGroups.Select(group => group.LearningRate), Is.EqualTo(before), "a refused schedule changes nothing");
        });
    }

    [Test]
    public void Arguments_that_do_not_fit_the_optimizer_are_sentences()
    {
        using var parameters = new ScheduledParameters();
        using var o = parameters.Make(ours: true);
        using var plain = Optimizers.Adagrad(parameters.All);
        using var theirs = optim.Adagrad(parameters.All);

        Assert.Multiple(() =>
        {
            Wrong(() => Schedules.CyclicLR(plain, 0.1, 1), "CyclicLR is to change the momentum too, and this optimizer has none. Give cycleMomentum: false");
            Wrong(() => Schedules.OneCycleLR(theirs, 0.1, 5), "OneCycleLR is to change the momentum too");
            Wrong(() => Schedules.OneCycleLR(o, 1), "OneCycleLR needs the number of all steps: give totalSteps, or epochs and stepsPerEpoch.");
            Wrong(() => Schedules.OneCycleLR(o, 1, epochs: 3), "OneCycleLR needs the number of all steps");
            Wrong(() => Schedules.OneCycleLR(o, [1, 2, 3], 5), "maxLr has 3 numbers, and the optimizer has 2 parameter groups.");
            Wrong(() => Schedules.CyclicLR(o, 0.1, 1, maxMomentum: [0.9]), "maxMomentum has 1 numbers");
            Wrong(() => Schedules.ReduceLROnPlateau(o, new() { MinLr = [0.1] }), "MinLr has 1 numbers");
            Wrong(() => Schedules.LambdaLR(o, [_ => 1]), "There are 1 functions, and the optimizer has 2 parameter groups.");
            Wrong(() => Schedules.MultiplicativeLR(o, [_ => 1, _ => 1, _ => 1]), "There are 3 functions");
            Assert.That(() => Schedules.StepLR(null!, 1),
                Throws.ArgumentNullException.With.Message.EqualTo("Value cannot be null. (Parameter 'optimizer')"));
            Assert.That(() => Schedules.LambdaLR(o, (Func<long, double>)null!),
                Throws.ArgumentNullException.With.Message.EqualTo("Value cannot be null. (Parameter 'lrLambda')"));
        });
    }

    [Test]
    public void Schedules_that_cannot_go_together_are_refused()
    {
        using var parameters = new ScheduledParameters();
        using var o = parameters.Make(ours: true);
        using var other = parameters.Make(ours: false);
        Schedule Step(optim.Optimizer? on = null) => Schedules.StepLR(on ?? o, 1);
        var used = Step();
        var owner = Schedules.ChainedScheduler(o, used);
        var twice = Step();

        Assert.Multiple(() =>
        {
            Wrong(() => Schedules.SequentialLR(o, [Step()], [3]), "1 schedules one after the other need 0 milestones");
            Wrong(() => Schedules.SequentialLR(o, [], []), "0 schedules");
            Wrong(() => Schedules.SequentialLR(o, [Step(), Step()], [0]), "milestones from 1 on, each greater than the one before, and there are 1: [0].");
            Wrong(() => Schedules.SequentialLR(o, [Step(), Step(), Step()], [4, 4]), "[4, 4]");
            Wrong(() => Schedules.SequentialLR(o, [Step(), Step(other)], [4]), "Schedule 1 (StepLR) of the SequentialLR was made from another optimizer.");
            Wrong(() => Schedules.SequentialLR(o, [used, Step()], [4]), "Schedule 0 (StepLR) of the SequentialLR is in a ChainedScheduler already.");
            Wrong(() => Schedules.ChainedScheduler(o, twice, twice), "Schedule 1 (StepLR) of the ChainedScheduler is there twice.");
            Wrong(() => Schedules.ChainedScheduler(o), "A chain needs schedules");
            Wrong(() => Schedules.ChainedScheduler(o, Schedules.ReduceLROnPlateau(o, new())), "none that watches a value");
            Assert.That(used.Step, Throws.InvalidOperationException.With.Message.EqualTo(
                "This StepLR is inside a ChainedScheduler, which makes its steps and keeps its state. Use that one."));
            Assert.That(() => used.Restore(used.State), Throws.InvalidOperationException.With.Message.Contains("inside a ChainedScheduler"));
            Assert.That(owner.Step, Throws.Nothing);
        });
    }

    [Test]
    public void Steps_that_cannot_be_made_are_sentences_and_change_nothing()
    {
        using var parameters = new ScheduledParameters();
        using var o = parameters.Make(ours: true);
        var first = Schedules.StepLR(o, 2, 0.5);
        var chain = Schedules.ChainedScheduler(o, Schedules.OneCycleLR(o, 1, 3), first);
        ScheduledParameters.Run(chain, 0, 3);
        var before = chain.State;

        Assert.Multiple(() =>
        {
            Assert.That(chain.Step, Throws.InvalidOperationException.With.Message.StartsWith("OneCycleLR was made for 3 steps, and this is one more."));
            Assert.That(chain.State, Is.EqualTo(before));
            Assert.That(() => Schedules.ReduceLROnPlateau(o, new()).Step(), Throws.InvalidOperationException.With.Message.Contains("call Step(value)"));
            Assert.That(() => Schedules.StepLR(o, 1).Step(0.5), Throws.InvalidOperationException.With.Message.Contains("call Step()"));
        });
    }

    [Test]
    public void A_function_that_gives_no_learning_rate_is_a_sentence([Values(double.NaN, double.PositiveInfinity, -1)] double factor, [Values] bool ours)
    {
        using var parameters = new ScheduledParameters();
        using var o = parameters.Make(ours);
        var schedule = Schedules.LambdaLR(o, t => t == 0 ? 1 : factor);

        Assert.That(schedule.Step, Throws.InvalidOperationException.With.Message.Contains("A learning rate is a finite number from 0 on"));
        Assert.That(o.ParamGroups.First().LearningRate, Is.EqualTo(0.5));
    }

    [Test]
    public void A_group_added_later_is_not_forgotten_in_silence()
    {
        using var model = new BinaryClassifier();
        using var optimizer = optim.SGD(model.w1.parameters(), 0.5);
        var schedule = Schedules.ExponentialLR(optimizer, 0.5);
        optimizer.add_param_group(new SGD.ParamGroup { Parameters = model.w2.parameters() });

        Assert.That(schedule.Step, Throws.InvalidOperationException.With.Message.StartsWith("The optimizer has 2 parameter groups now and had 1"));
    }

    private static void OutOfRange(Func<Schedule> make, string why) =>
        Assert.That(make, Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains(why));

    private static void Wrong(Func<Schedule> make, string why) => Assert.That(make, Throws.TypeOf<ArgumentException>().With.Message.Contains(why));
}
