using DeepLearningCourse.Inference;
using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Inference;

public sealed partial class ConcurrentPredictionTests : NetworkTest
{
    private const int Threads = 4;

    [Test]
    public void Four_threads_predict_what_one_would([Values("training", "evaluation", "frozen")] string mode)
    {
        using var model = Loaded(mode);
        var (before, modes) = (Crowd.Bits(model), Crowd.Modes(model));

        var wrong = PredictTogether(model, predictions: 200);

        Assert.That(wrong, Is.Zero);
        Assert.That(Crowd.Bits(model), Is.EqualTo(before), "running statistics");
        Assert.That(Crowd.Modes(model), Is.EqualTo(modes));
    }

    [TestCaseSource(nameof(OtherNetworks))]
    public void So_do_networks_of_TorchSharps_own(Func<nn.Module<Tensor, Tensor>> make)
    {
        using var model = make();
        var before = (Crowd.Bits(model), Crowd.Modes(model));

        var wrong = PredictTogether(model, predictions: 100, make);

        Assert.That(wrong, Is.Zero);
        Assert.That((Crowd.Bits(model), Crowd.Modes(model)), Is.EqualTo(before));
        Assert.That(before.Item2, Does.Not.Contain("eval"));
    }

    [Test, Attack, Category("Long")]
    public void A_hundred_thousand_predictions([Values("training", "evaluation")] string mode)
    {
        using var model = Loaded(mode);
        var before = Crowd.Bits(model);

        var wrong = PredictTogether(model, predictions: 100_000);
        var changed = Crowd.Bits(model) != before;

        Assert.That((wrong, changed), Is.EqualTo((0, false)));
        AttackRecords.Add(
            "Inference", $"100,000 predictions by {Threads} threads at once through one network with BatchNorm and Dropout, left in {mode} mode",
            $"{wrong:N0} differ from those of one thread, running statistics {(changed ? "changed" : "unchanged to the bit")}");
    }

    [Test]
    public void Wrong_inputs_among_right_ones_are_explained_and_disturb_nobody()
    {
        using var model = Loaded("training");
        var X = rand(4, 4);
        var expected = Crowd.Bits(model.Predict(X));
        var before = (Crowd.Bits(model), Crowd.Modes(model));

        Crowd.Run(Threads, thread =>
        {
            using var scope = NewDisposeScope();
            var mistake = rand(4, 5);

            for (var i = 0; i < 15; i++)
            {
                if (thread % 2 == 0)
                {
                    Assert.That(
                        () => model.Predict(mistake),
                        Throws.TypeOf<ForwardException>().With.Message.StartsWith("Layer 'first' (Linear(in_features=4, out_features=16, bias=True)) got [4, 5] and needs [*, 4]."));
                }
                else
                {
                    Assert.That(Crowd.Bits(model.Predict(X)), Is.EqualTo(expected));
                }
            }
        });

        Assert.That((Crowd.Bits(model), Crowd.Modes(model)), Is.EqualTo(before));
    }

    [Test]
    public void Looks_beside_predictions_see_their_own_pass()
    {
        using var model = Loaded("training");
        var X = rand(4, 4);
        var expected = Crowd.Bits(model.Predict(X));
        var summary = model.Summary(4, 4).ToString();
        var drawing = model.Diagram(4, 4).ToMermaid();
        var before = (Crowd.Bits(model), Crowd.Modes(model));

        Crowd.Run(Threads, thread =>
        {
            for (var i = 0; i < 15; i++)
            {
                using var scope = NewDisposeScope();
                Assert.That(thread switch
                {
                    0 => model.Summary(4, 4).ToString() == summary,
                    1 => model.Diagram(4, 4).ToMermaid() == drawing,
                    2 => Crowd.Bits(model.Activations(X)["head"]) == expected,
                    _ => Crowd.Bits(model.Predict(X)) == expected,
                }, Is.True, $"thread {thread}");
            }
        });

        Assert.That((Crowd.Bits(model), Crowd.Modes(model)), Is.EqualTo(before));
    }

    [Test]
    public void Networks_that_share_layers_and_parts_of_networks_predict_at_once()
    {
        using var model = Loaded("training");
        using var around = new Around { inner = model };
        var (X, Z) = (rand(4, 4), rand(4, 16));
        model.norm.eval();
        var expected = new[] { model.Predict(X), around.Predict(X), model.norm.Predict(Z), model.drop.Predict(Z) }.Select(Crowd.Bits).ToArray();
        var before = (Crowd.Bits(around), Crowd.Modes(around));

        Crowd.Run(Threads, thread =>
        {
            for (var i = 0; i < 100; i++)
            {
                using var scope = NewDisposeScope();
                var prediction = thread switch { 0 => model.Predict(X), 1 => around.Predict(X), 2 => model.norm.Predict(Z), _ => model.drop.Predict(Z) };
                Assert.That(Crowd.Bits(prediction), Is.EqualTo(expected[thread]), $"thread {thread}");
            }
        });

        Assert.That((Crowd.Bits(around), Crowd.Modes(around)), Is.EqualTo(before));
    }

    [Test]
    public void A_network_that_nobody_used_yet_is_registered_once()
    {
        for (var round = 0; round < 10; round++)
        {
            using var model = new Unused();
            var X = rand(4, 4);
            var results = new string[Threads];

            Crowd.Run(Threads, thread =>
            {
                using var prediction = model.Predict(X);
                results[thread] = Crowd.Bits(prediction);
            });

            Assert.That(results.Distinct().Count(), Is.EqualTo(1));
        }
    }

    [Test]
    public void A_class_with_a_train_of_its_own_is_told()
    {
        using var model = new OwnTrain();
        model.train();
        var X = ones(1, 2);

        using var prediction = model.Predict(X);

        Assert.That(prediction.sum().item<float>(), Is.EqualTo(2), "without the noise of training");
        Assert.That((model.IsNoisy, model.training, model.inner.training), Is.EqualTo((true, true, false)));
    }

    [Test]
    public void A_mode_that_is_set_while_others_predict_comes_when_they_have_ended([Values] bool training, [Values] bool wasTraining)
    {
        using var model = new Paused();
        var X = rand(4, 4);
        model.train(!wasTraining);
        model.train(wasTraining);
        model.Go.Set();
        var expected = Crowd.Bits(model.Predict(X));
        var statistics = Crowd.Bits(model);
        model.Go.Reset();
        model.Inside.Reset();

        Crowd.Run(2, thread =>
        {
            if (thread == 0)
            {
                using var prediction = model.Predict(X);
                Assert.That(Crowd.Bits(prediction), Is.EqualTo(expected));
                return;
            }

            Assert.That(model.Inside.Wait(TimeSpan.FromSeconds(30)), Is.True);

            if (wasTraining)
            {
                model.train(training);
            }

            model.Go.Set();
        });

        Assert.That(Crowd.Bits(model), Is.EqualTo(statistics));
        Assert.That(Crowd.Modes(model).Split(' '), Is.All.EqualTo(wasTraining && training ? "train" : "eval"));
    }

    [Test]
    public void Layers_that_come_later_are_in_evaluation_mode_too()
    {
        using var model = new Growing();
        var X = ones(1, 100);
        using var first = model.Predict(X);

        using var replaced = model.drop;
        model.drop = nn.Dropout(0.9);
        using var second = model.Predict(X);
        model.more.Add(nn.Dropout(0.9));
        using var third = model.Predict(X);
        model.sequence.append(nn.Dropout(0.9));
        using var fourth = model.Predict(X);

        Assert.That(new[] { first, second, third, fourth }.Select(Crowd.Bits).Distinct().Count(), Is.EqualTo(1), "no Dropout drops");
        Assert.That(Crowd.Modes(model), Does.Not.Contain("eval"));
    }

    [Test]
    public void A_weight_of_another_shape_is_found_although_the_network_predicted_before()
    {
        using var model = new Threefold();
        using var before = model.Predict(ones(1, 2));

        // libtorch takes it: the bias makes three outputs of its one.
        model.fc.weight = new Parameter(ones(1, 2));

        Assert.That(() => model.Predict(ones(1, 2)), Throws.InvalidOperationException.With.Message.StartsWith("'fc.weight' was set to a tensor of shape [1, 2],"));
    }

    [Test]
    public void What_forward_gives_back_unchanged_stays_whose_it_is()
    {
        using var model = new Same();
        var X = ones(1, 2);

        model.Predict(X).Dispose();
        model.Predict(ones(2, 2)).Dispose();

        Assert.That((X.IsInvalid, model.Kept.IsInvalid), Is.EqualTo((false, false)));
    }

    private static IEnumerable<TestCaseData<Func<nn.Module<Tensor, Tensor>>>> OtherNetworks()
    {
        yield return new(() => nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(0.5))) { TestName = "So_does_a_Sequential" };
        yield return new(() => new Recurrent()) { TestName = "So_does_an_LSTM_whose_dropout_is_native" };
        yield return new(() => new Attentive()) { TestName = "So_does_a_transformer_layer_whose_dropouts_are_native" };
        yield return new(() => new Registered()) { TestName = "So_does_a_class_that_registers_its_fields_itself" };
    }

    private static Moody Loaded(string mode)
    {
        var model = new Moody();
        model.norm.running_mean!.uniform_(-1, 1);
        model.norm.running_var!.uniform_(0.5, 2);

        if (mode == "evaluation")
        {
            model.eval();
        }
        else if (mode == "frozen")
        {
            model.norm.eval();
        }

        return model;
    }

    /// <summary>Counts the predictions that are not, to the bit, those of a network in evaluation mode on one thread.</summary>
    private static int PredictTogether(nn.Module<Tensor, Tensor> model, int predictions, Func<nn.Module<Tensor, Tensor>>? make = null)
    {
        using var scope = NewDisposeScope();
        using var serial = make?.Invoke() ?? new Moody();
        _ = serial.load_state_dict(model.state_dict());
        serial.eval();
        Tensor[] inputs = [.. Enumerable.Range(0, 64).Select(i => rand(i % 8 == 0 ? 1 : 4, 4))];
        string[] expected;

        using (no_grad())
        {
            expected = [.. inputs.Select(X => Crowd.Bits(serial.call(X)))];
        }

        var wrong = 0;
        Crowd.Run(Threads, thread =>
        {
            for (var i = thread; i < predictions; i += Threads)
            {
                using var prediction = model.Predict(inputs[i % inputs.Length]);

                if (Crowd.Bits(prediction) != expected[i % inputs.Length])
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        }, seconds: 600);
        return wrong;
    }
}
