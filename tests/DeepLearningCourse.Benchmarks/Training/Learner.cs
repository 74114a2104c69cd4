using DeepLearningCourse.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace DeepLearningCourse.Benchmarks.Training;

/// <summary>A network with its criterion and optimizer, trained by a loop written by hand or by the Trainer.</summary>
internal sealed class Learner(nn.Module<Tensor, Tensor> model, Loss<Tensor, Tensor, Tensor> criterion, optim.Optimizer optimizer) : IDisposable
{
    public nn.Module<Tensor, Tensor> Model => model;

    public Loss<Tensor, Tensor, Tensor> Criterion => criterion;

    public optim.Optimizer Optimizer => optimizer;

    /// <summary>A learner that starts with the same weights as every other of the same shapes.</summary>
    public static Learner Create(
        Func<nn.Module<Tensor, Tensor>> model, Loss<Tensor, Tensor, Tensor> criterion, Func<IEnumerable<TorchSharp.Modules.Parameter>, optim.Optimizer> optimizer)
    {
        manual_seed(0);
        var network = model();
        return new Learner(network, criterion, optimizer(network.parameters()));
    }

    /// <summary>An epoch of the loop a student would write with TorchSharp alone; the mean loss.</summary>
    public double TrainByHand(IEnumerable<(Tensor features, Tensor target)> batches)
    {
        var (total, count) = (0.0, 0);
        model.train();
        foreach (var (X, y) in batches)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var preds = model.forward(X);
            var loss = criterion.call(preds, y);
            loss.backward();
            optimizer.step();
            total += loss.item<float>();
            count++;
        }

        return total / count;
    }

    /// <summary>The same through the Trainer; the mean loss of the last epoch.</summary>
    public double Fit(IEnumerable<(Tensor features, Tensor target)> batches, int epochs = 1, int? threads = null) =>
        new Trainer(model, criterion, optimizer, new TrainerOptions { Epochs = epochs, Threads = threads, ShowProgress = false }).Fit(batches).TrainLosses[^1];

    public void Dispose()
    {
        optimizer.Dispose();
        criterion.Dispose();
        model.Dispose();
    }
}
