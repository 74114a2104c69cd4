using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training;

public sealed class SingleSampleTests : NetworkTest
{
    private static readonly TrainerOptions Quiet = new() { Epochs = 2, ShowProgress = false };

    [Test]
    public void A_last_batch_of_one_sample_is_refused_before_it_spoils_a_BatchNorm()
    {
        using Normed model = new();
        using var data = new InMemoryDataset(randn(9, 3), randn(9, 1));
        using var loader = new DataLoader<(Tensor features, Tensor target)>(data, batchSize: 4);

        var exception = Assert.Throws<TrainingException>(() => Train(model, loader));

        Assert.That(exception!.Message, Is.EqualTo(
            "Epoch 1, batch 3: the batch is of one sample, and layer 'norm' (BatchNorm1d) gets one value per channel of it, [1, 4]: a single value has no variance to normalize by. "
            + "Make the DataLoader with dropLast: true, or with a batchSize that does not leave one sample over."));
        Assert.That(model.norm.running_var!.isfinite().all().item<bool>(), Is.True);
        Assert.That(model.norm.num_batches_tracked!.item<long>(), Is.EqualTo(2));
    }

    [Test]
    public void With_dropLast_it_trains()
    {
        using Normed model = new();
        using var data = new InMemoryDataset(randn(9, 3), randn(9, 1));
        using var loader = new DataLoader<(Tensor features, Tensor target)>(data, batchSize: 4, dropLast: true);

        Assert.That(Train(model, loader).StopReason, Is.EqualTo(StopReason.Completed));
    }

    [Test]
    public void One_picture_has_many_values_per_channel()
    {
        using var model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(8, 1));

        Assert.That(Train(model, [(randn(1, 1, 4, 4), randn(1, 1))]).StopReason, Is.EqualTo(StopReason.Completed));
    }

    [Test]
    public void One_sample_is_evaluated()
    {
        using Normed model = new();
        using var criterion = nn.MSELoss();
        using var optimizer = Optimizers.SGD(model.parameters(), 0.01);
        Trainer trainer = new(model, criterion, optimizer, Quiet);

        var history = trainer.Fit([(randn(4, 3), randn(4, 1))], [(randn(1, 3), randn(1, 1))]);

        Assert.That(double.IsFinite(history.Epochs[^1].Validation!.Loss), Is.True);
    }

    [Test]
    public void The_search_for_a_batch_size_may_begin_with_one_sample()
    {
        using Normed model = new();
        using var criterion = nn.MSELoss();
        using var optimizer = Optimizers.SGD(model.parameters(), 0.01);
        using var data = new InMemoryDataset(randn(16, 3), randn(16, 1));
        Trainer trainer = new(model, criterion, optimizer, Quiet);

        var found = trainer.FindBatchSize(size => new DataLoader<(Tensor features, Tensor target)>(data, batchSize: size), min: 1, max: 4);

        Assert.That(found.Largest, Is.EqualTo(4));
        Assert.That(model.norm.running_var!.isfinite().all().item<bool>(), Is.True);
    }

    [Test]
    public void The_network_is_not_watched_after_the_run([Values] bool fails)
    {
        using Normed model = new();

        if (fails)
        {
            Assert.That(() => Train(model, [(randn(1, 3), randn(1, 1))]),
                Throws.TypeOf<TrainingException>().With.Message.EqualTo("Epoch 1, batch 1: the batch is of one sample, and layer 'norm' (BatchNorm1d) gets one value per channel of it, [1, 4]: a single value has no variance to normalize by. Make the DataLoader with dropLast: true, or with a batchSize that does not leave one sample over."));
        }
        else
        {
            Train(model, [(randn(4, 3), randn(4, 1))]);
        }

        model.train();
        Assert.DoesNotThrow(() => model.call(randn(1, 3)));
    }

    private static TrainingHistory Train(nn.Module<Tensor, Tensor> model, IEnumerable<(Tensor features, Tensor target)> batches)
    {
        using var criterion = nn.MSELoss();
        using var optimizer = Optimizers.SGD(model.parameters(), 0.01);
        return new Trainer(model, criterion, optimizer, Quiet).Fit(batches);
    }

    private sealed class Normed : MyNeuralNetwork
    {
        public Linear first { get; } = nn.Linear(3, 4);

        public BatchNorm1d norm { get; } = nn.BatchNorm1d(4);

        public Linear last { get; } = nn.Linear(4, 1);

        public override Tensor forward(Tensor x) => last.call(norm.call(first.call(x)));
    }
}
