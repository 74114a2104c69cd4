using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using DeepLearningCourse.Runtime;
using DeepLearningCourse.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Training.Checks;

public sealed class NoTraceTests : CheckTest
{
    [Test]
    public void Nothing_changes([Values("finds nothing", "finds errors", "fails in forward", "throws")] string end)
    {
        using var model = new Noisy { Break = end == "throws" };
        using var criterion = nn.MSELoss();
        using var optimizer = optim.Adam(model.parameters(), 0.1);
        using var data = Data();
        using var loader = Loader(data);
        var trainer = new Trainer(model, criterion, optimizer, Quiet);
        model.norm.eval();
        var gradient = randn(1, 3);
        model.head.weight.grad = gradient;
        var before = model.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());
        var (X, longer) = (randn(4, 3), randn(4, 7));
        var generator = get_rng_state();
        var states = optimizer.state_dict().State.Count;

        switch (end)
        {
            case "throws":
                Assert.That(() => trainer.Check(loader), Throws.TypeOf<NotImplementedException>());
                break;
            case "fails in forward":
                Assert.That(trainer.Check([(longer, longer[.., ..1])]).Passed, Is.False);
                break;
            case "finds errors":
                Assert.That(trainer.Check([(X, X[.., 0])]).Passed, Is.False);
                break;
            default:
                Assert.That(trainer.Check(loader).ToString(), Is.EqualTo("The check of the first batch found nothing."));
                break;
        }

        Assert.Multiple(() =>
        {
            foreach (var (name, value) in model.state_dict())
            {
                Assert.That(value.equal(before[name]).all().item<bool>(), Is.True, name);
            }

            Assert.That(model.training, Is.True);
            Assert.That(model.norm.training, Is.False);
            Assert.That(model.head.bias!.grad, Is.Null);
            Assert.That(model.first.weight.grad, Is.Null);
            Assert.That(model.head.weight.grad!.DataPointer(), Is.EqualTo(gradient.DataPointer()));
            Assert.That(get_rng_state().equal(generator).all().item<bool>(), Is.True);
            Assert.That(optimizer.state_dict().State, Has.Count.EqualTo(states));
            Assert.That(loader.State, Is.EqualTo(new DataLoaderState(loader.Seed, 0, 0)));
            Assert.That(is_grad_enabled(), Is.True);
        });
    }

    [Test]
    public void Training_afterwards_is_as_without_it()
    {
        Assert.That(Weights(isChecked: true).equal(Weights(isChecked: false)).all().item<bool>(), Is.True);
    }

    [Test]
    public void The_loader_goes_on_where_it_was()
    {
        using var model = new Noisy();
        using var criterion = nn.MSELoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        using var data = Data();
        using var loader = Loader(data);
        var trainer = new Trainer(model, criterion, optimizer, Quiet);
        var batches = 0;

        foreach (var _ in loader)
        {
            batches++;
            trainer.Check(loader);
            Assert.That(loader.State, Is.EqualTo(new DataLoaderState(loader.Seed, 0, batches == 3 ? 3 : batches)));
        }

        Assert.That(batches, Is.EqualTo(3));
        Assert.That(loader.Epoch, Is.EqualTo(1));
        loader.Restore(new DataLoaderState(loader.Seed, 5, 2));
        trainer.Check(loader);
        Assert.That(loader.ToList(), Has.Count.EqualTo(1));
        Assert.That(loader.Epoch, Is.EqualTo(6));
    }

    [Test]
    public void A_batch_that_forward_writes_into_stays_as_it_was()
    {
        using var model = new Through(nn.Identity(), x => x.mul_(2) * 1);
        using var whole = new Wrapping(model);
        using var criterion = nn.MSELoss();
        using var optimizer = optim.SGD(whole.parameters(), 0.1);
        var X = ones(4, 1);

        new Trainer(whole, criterion, optimizer, Quiet).Check([(X, randn(4, 1))]);

        Assert.That(X.eq(1).all().item<bool>(), Is.True);
    }

    [Test]
    public void Backward_of_a_graph_from_before_still_works()
    {
        using var model = new Line();
        using var criterion = nn.MSELoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        var loss = model.call(randn(4, 2)).pow(2).sum();

        new Trainer(model, criterion, optimizer, Quiet).Check([(randn(4, 2), randn(4, 1))]);

        Assert.That(() => loss.backward(), Throws.Nothing);
    }

    [Test]
    public void Fit_leaves_no_hooks_behind_when_its_first_step_fails()
    {
        using var model = new Noisy();
        using var criterion = nn.MSELoss();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        var trainer = new Trainer(model, criterion, optimizer, Quiet);

        Assert.That(() => trainer.Fit([(randn(4, 7), randn(4, 1))]),
            Throws.TypeOf<ForwardException>().With.Message.EqualTo("Layer 'first' (Linear(in_features=3, out_features=3, bias=True)) got [4, 7] and needs [*, 3]. The shapes so far: input [4, 7]. Give it data of that shape, or build the layer for the data you have."));

        Assert.That(Hooks(model.first), Is.Zero);
    }

    private static int Hooks(Linear layer) => typeof(nn.HookableModule<,>)
        .MakeGenericType(typeof(Func<nn.Module<Tensor, Tensor>, Tensor, Tensor>), typeof(Func<nn.Module<Tensor, Tensor>, Tensor, Tensor, Tensor>))
        .GetFields(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)
        .Select(field => field.GetValue(layer)).OfType<System.Collections.ICollection>().Sum(hooks => hooks.Count);

    private static Tensor Weights(bool isChecked)
    {
        manual_seed(3);
        using var model = new Noisy();
        using var criterion = nn.MSELoss();
        using var optimizer = optim.Adam(model.parameters(), 0.1);
        using var data = Data();
        using var loader = Loader(data);
        var trainer = new Trainer(model, criterion, optimizer, Quiet);

        if (isChecked)
        {
            trainer.Check(loader);
        }

        trainer.Fit(loader);
        return model.first.weight.detach().clone();
    }

    private static InMemoryDataset Data() => new(arange(36, float32).reshape(12, 3), arange(12, float32).reshape(12, 1));

    private static DataLoader<(Tensor features, Tensor target)> Loader(InMemoryDataset data) =>
        new(data, batchSize: 4, shuffle: true, seed: 7);

    private sealed class Noisy : MyNeuralNetwork
    {
        public Linear first { get; } = nn.Linear(3, 3);

        public BatchNorm1d norm { get; } = nn.BatchNorm1d(3);

        public Dropout dropout { get; } = nn.Dropout(0.3);

        public Linear head { get; } = nn.Linear(3, 1);

        public bool Break { get; init; }

        public override Tensor forward(Tensor x)
        {
            var hidden = dropout.call(norm.call(first.call(x)));
            return Break ? throw new NotImplementedException() : head.call(hidden);
        }
    }

    private sealed class Wrapping(nn.Module<Tensor, Tensor> inner) : MyNeuralNetwork
    {
        public nn.Module<Tensor, Tensor> inner { get; } = inner;

        public Linear fc { get; } = nn.Linear(1, 1);

        public override Tensor forward(Tensor x) => fc.call(inner.call(x));
    }
}
