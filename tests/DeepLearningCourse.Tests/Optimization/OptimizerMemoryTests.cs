using DeepLearningCourse.Optimization;
using DeepLearningCourse.Training;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Optimization;

/// <summary>TorchSharp counts the tensors it makes; those that go to libtorch as bare pointers show in the process's memory alone.</summary>
public sealed class OptimizerMemoryTests : NetworkTest
{
    private static readonly string[] Kinds = ["SGD momentum", "Adam amsgrad", "AdamW", "Adagrad"];

    [Test]
    public void Ten_thousand_steps_with_failures_in_the_middle_keep_nothing([ValueSource(nameof(Kinds))] string kind)
    {
        using var model = new BinaryClassifier();
        using var optimizer = OptimizerTests.Make(kind, model.parameters());
        var wide = model.parameters().First();
        Steps(500);
        var live = LiveTensors;
        var memory = Environment.WorkingSet;

        for (var round = 0; round < 10; round++)
        {
            Steps(1000);
            FailOnce();
        }

        Assert.That(LiveTensors, Is.EqualTo(live));
        Assert.That(Environment.WorkingSet - memory, Is.LessThan(40 << 20));

        void Steps(int count)
        {
            using var x = randn(32, 10);
            using var y = ones(32, 1);

            for (var i = 0; i < count; i++)
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                nn.functional.binary_cross_entropy_with_logits(model.call(x), y).backward();
                optimizer.step();
            }
        }

        // A sparse gradient, which none of these takes, after others that were taken hold of already.
        void FailOnce()
        {
            using var scope = NewDisposeScope();
            model.parameters().Last().grad = ones_like(model.parameters().Last());
            using var sparse = sparse_coo_tensor(zeros(2, 1, ScalarType.Int64), ones(1), wide.shape);
            wide.grad = sparse;
            Assert.That(() => optimizer.step(),
                Throws.TypeOf<NotSupportedException>().With.Message.EqualTo("Parameter '0' [32, 10] has a sparse gradient, which this optimizer cannot take. Make its embedding with sparse: false, or use Optimizers.SGD without momentum and weight decay."));
            wide.grad = null;
        }
    }

    [Test]
    public void Runs_that_fail_in_the_middle_keep_nothing()
    {
        using var model = new BinaryClassifier();
        using var criterion = nn.BCEWithLogitsLoss();
        using var optimizer = Optimizers.Adam(model.parameters());
        var (x, y, bad) = (randn(8, 10), rand(8, 1), full(8, 10, float.NaN));
        var trainer = new Trainer(model, criterion, optimizer, new TrainerOptions { Epochs = 1, ShowProgress = false, BatchesPerStep = 2, ClipNorm = 1 });
        trainer.Fit([(x, y)]);
        optimizer.zero_grad();
        var live = LiveTensors;

        for (var i = 0; i < 50; i++)
        {
            Assert.That(() => trainer.Fit([(x, y), (x, y), (x, y), (bad, y)]),
                Throws.TypeOf<TrainingException>().With.Message.EqualTo("Epoch 1, batch 4: the features hold NaN at sample 0 of the batch, column 0 (80 such values in all). Remove or fill those samples before training."));
        }

        optimizer.zero_grad();
        Assert.That(LiveTensors, Is.EqualTo(live));
    }
}
