using System.Text.Json;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Optimization;

public sealed class GradientScalerTests : NetworkTest
{
    [Test]
    public void It_begins_with_the_numbers_of_PyTorch() =>
        Assert.That(new GradientScaler().State, Is.EqualTo(new GradientScalerState(65536, 0)));

    [Test]
    public void Gradients_are_those_without_scaling()
    {
        var (scaler, w, optimizer) = Line();
        using var _ = optimizer;
        var x = randn(8, 3);
        x.matmul(w).square().mean().backward();
        var plain = w.grad!.clone();
        optimizer.zero_grad();

        scaler.Scale(x.matmul(w).square().mean()).backward();
        Assert.That(w.grad!.allclose(plain * 65536, rtol: 0, atol: 0), Is.True);

        Assert.That(scaler.Unscale(optimizer), Is.True);
        Assert.That(w.grad!.allclose(plain, rtol: 0, atol: 0), Is.True);
    }

    /// <summary>Powers of two change no digit.</summary>
    [Test]
    public void A_run_with_scaling_equals_one_without_to_the_bit()
    {
        var x = randn(8, 3);

        Tensor Run(bool enabled)
        {
            using var w = new Parameter(ones(3, 1));
            using var optimizer = optim.Adam([w], lr: 0.1);
            var scaler = new GradientScaler(growthInterval: 3, enabled: enabled);

            for (var step = 0; step < 10; step++)
            {
                optimizer.zero_grad();
                scaler.Scale(x.matmul(w).square().mean()).backward();
                Assert.That(scaler.Step(optimizer), Is.True);
                scaler.Update();
            }

            Assert.That(scaler.CurrentScale, Is.EqualTo(enabled ? 65536 * 8 : 1));
            return w.detach().clone();
        }

        Assert.That(Run(enabled: true).allclose(Run(enabled: false), rtol: 0, atol: 0), Is.True);
    }

    [Test]
    public void A_gradient_too_small_for_float16_arrives_with_scaling()
    {
        Assert.That(TinyGradient(enabled: false), Is.Zero);
        Assert.That(TinyGradient(enabled: true), Is.EqualTo(1e-9).Within(1e-11));
    }

    [Test]
    public void A_loss_of_float16_is_scaled_where_the_product_fits()
    {
        var scaled = new GradientScaler().Scale(tensor(2f).to(float16));

        Assert.That((scaled.dtype, scaled.item<float>()), Is.EqualTo((float32, 131072f)));
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void A_step_with_such_gradients_is_left_out_and_the_scale_halved(float value)
    {
        var (scaler, w, optimizer) = Line();
        using var _ = optimizer;
        scaler.Restore(new GradientScalerState(65536, 7));
        SetGradient(w, value);

        Assert.That(scaler.Unscale(optimizer), Is.False);
        Assert.That(scaler.Step(optimizer), Is.False);
        scaler.Update();

        Assert.That(w.eq(1).all().item<bool>(), Is.True);
        Assert.That(scaler.State, Is.EqualTo(new GradientScalerState(32768, 0)));
    }

    [Test]
    public void The_scale_follows_libtorchs_own_rule()
    {
        var (random, interval) = (new Random(1), 4);
        using var w = new Parameter(ones(3, 1));
        using var optimizer = optim.SGD([w], learningRate: 0.0);
        var scaler = new GradientScaler(1e37, growthFactor: 1.7, backoffFactor: 0.3, interval);
        var (scale, tracker) = (full(1, 1e37f), zeros(1, int32));

        for (var step = 0; step < 300; step++)
        {
            var bad = random.Next(step < 150 ? 40 : 5) == 0;
            SetGradient(w, bad ? float.NaN : 1);
            scaler.Step(optimizer);
            scaler.Update();
            Dispatcher.CallForTensor(UpdateArguments.Operator, new UpdateArguments(scale, tracker, full(1, bad ? 1f : 0f), 1.7, 0.3, interval)).Dispose();

            Assert.That(scaler.State, Is.EqualTo(new GradientScalerState(scale.item<float>(), tracker.item<int>())), $"after step {step}");
        }
    }

    [Test]
    public void One_optimizers_overflow_stops_its_own_step_only_and_lowers_the_scale_of_all()
    {
        using var good = new Parameter(ones(1));
        using var bad = new Parameter(ones(1));
        using var first = optim.SGD([good], learningRate: 0.5);
        using var second = optim.SGD([bad], learningRate: 0.5);
        var scaler = new GradientScaler();
        SetGradient(good, 65536);
        SetGradient(bad, float.PositiveInfinity);

        Assert.That((scaler.Step(first), scaler.Step(second)), Is.EqualTo((true, false)));
        scaler.Update();

        Assert.That((good.item<float>(), bad.item<float>()), Is.EqualTo((0.5f, 1f)));
        Assert.That(scaler.CurrentScale, Is.EqualTo(32768));
    }

    [Test]
    public void Sparse_gradients_are_divided_too()
    {
        using var embedding = nn.Embedding(5, 2, sparse: true);
        using var optimizer = optim.SGD(embedding.parameters(), learningRate: 0.1);
        var scaler = new GradientScaler();

        scaler.Scale(embedding.call(tensor(new long[] { 1, 3, 1 })).sum()).backward();

        Assert.That(scaler.Unscale(optimizer), Is.True);
        Assert.That(embedding.weight!.grad!.to_dense().data<float>().ToArray(), Is.EqualTo(new[] { 0f, 0, 2, 2, 0, 0, 1, 1, 0, 0 }));
    }

    [Test]
    public void Parameters_without_a_gradient_are_left_alone()
    {
        using var used = new Parameter(ones(1));
        using var unused = new Parameter(ones(1));
        using var optimizer = optim.SGD([unused, used], learningRate: 1);
        var scaler = new GradientScaler();
        SetGradient(used, 65536);

        Assert.That(scaler.Step(optimizer), Is.True);
        Assert.That((unused.item<float>(), used.item<float>()), Is.EqualTo((1f, 0f)));
    }

    [Test]
    public void Its_state_goes_through_JSON_and_the_run_goes_on()
    {
        var scaler = new GradientScaler();
        scaler.Restore(new GradientScalerState(12345.678f, 1999));
        var (second, w, optimizer) = Line();
        using var _ = optimizer;

        second.Restore(JsonSerializer.Deserialize<GradientScalerState>(JsonSerializer.Serialize(scaler.State))!);
        Assert.That(second.State, Is.EqualTo(scaler.State));

        SetGradient(w, 1);
        second.Step(optimizer);
        second.Update();
        Assert.That(second.State, Is.EqualTo(new GradientScalerState(12345.678f * 2, 0)));
    }

    [TestCase(0, 0)]
    [TestCase(-1, 0)]
    [TestCase(double.NaN, 0)]
    [TestCase(double.PositiveInfinity, 0)]
    [TestCase(1e300, 0)]
    [TestCase(1e-300, 0)]
    [TestCase(1, -1)]
    public void A_state_that_there_cannot_be_is_refused(double scale, int tracker) =>
        Assert.That(() => new GradientScaler().Restore(new GradientScalerState(scale, tracker)), Throws.ArgumentException.With.Message.Contains("finite scale"));

    [Test]
    public void Steps_out_of_order_are_said()
    {
        var (scaler, w, optimizer) = Line();
        using var _ = optimizer;

        Assert.That(scaler.Update, Throws.InvalidOperationException.With.Message.Contains("nothing to judge by"));
        Assert.That(() => scaler.Step(optimizer), Throws.InvalidOperationException.With.Message.Contains("Call scaler.Scale(loss).backward()"));

        SetGradient(w, 65536);
        scaler.Unscale(optimizer);
        Assert.That(() => scaler.Unscale(optimizer), Throws.InvalidOperationException.With.Message.Contains("divided by the scale already"));

        scaler.Step(optimizer);
        Assert.That(() => scaler.Step(optimizer), Throws.InvalidOperationException.With.Message.Contains("stepped already"));
        Assert.That(() => scaler.Unscale(optimizer), Throws.InvalidOperationException.With.Message.Contains("has stepped"));

        scaler.Update();
        Assert.That(scaler.Update,
            Throws.InvalidOperationException.With.Message.EqualTo("GradientScaler.Update has nothing to judge by. Call it once in a step, after GradientScaler.Step(optimizer)."));
        Assert.That(w.grad!.eq(1).all().item<bool>(), Is.True, "divided once");
    }

    [Test]
    public void Gradients_of_float16_are_refused()
    {
        using var w = new Parameter(ones(2, float16));
        using var optimizer = optim.SGD([w], learningRate: 1);
        SetGradient(w, 1);

        Assert.That(() => new GradientScaler().Unscale(optimizer), Throws.InvalidOperationException.With.Message.Contains("Keep the network in float32"));
    }

    [TestCase(0, 2, 0.5, 1, "initScale")]
    [TestCase(double.NaN, 2, 0.5, 1, "initScale")]
    [TestCase(1e39, 2, 0.5, 1, "initScale")]
    [TestCase(1, 1, 0.5, 1, "growthFactor")]
    [TestCase(1, double.PositiveInfinity, 0.5, 1, "growthFactor")]
    [TestCase(1, 2, 1, 1, "backoffFactor")]
    [TestCase(1, 2, 0, 1, "backoffFactor")]
    [TestCase(1, 2, 0.5, 0, "growthInterval")]
    public void Options_that_cannot_be_are_refused(double initScale, double growth, double backoff, int interval, string name) =>
        Assert.That(
            () => new GradientScaler(initScale, growth, backoff, interval),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo(name).And.Message.Contains($"{name} of a GradientScaler is"));

    [Test]
    public void One_that_is_not_enabled_changes_nothing()
    {
        using var w = new Parameter(ones(1));
        using var optimizer = optim.SGD([w], learningRate: 1);
        var scaler = new GradientScaler(enabled: false);
        SetGradient(w, float.PositiveInfinity);

        Assert.That(scaler.Scale(tensor(3f)).item<float>(), Is.EqualTo(3));
        Assert.That((scaler.Unscale(optimizer), scaler.Step(optimizer)), Is.EqualTo((true, true)));
        scaler.Update();
        scaler.Update();

        Assert.That(w.item<float>(), Is.EqualTo(float.NegativeInfinity));
        Assert.That(scaler.CurrentScale, Is.EqualTo(1));
    }

    private static (GradientScaler Scaler, Parameter W, optim.Optimizer Optimizer) Line()
    {
        var w = new Parameter(ones(3, 1));
        return (new GradientScaler(), w, optim.SGD([w], learningRate: 0.1));
    }

    private static double TinyGradient(bool enabled)
    {
        using var w = new Parameter(ones(1, 1));
        using var optimizer = optim.SGD([w], learningRate: 0);
        var scaler = new GradientScaler(enabled: enabled);
        Tensor loss;

        using (Autocast.Float16(CPU))
        {
            loss = ones(1, 1).matmul(w).to(float32).mul(1e-9).sum();
        }

        scaler.Scale(loss).backward();
        scaler.Unscale(optimizer);
        return w.grad!.item<float>();
    }

    private static void SetGradient(Parameter parameter, float value) => parameter.grad = full_like(parameter, value).detach();

    private readonly struct UpdateArguments(Tensor scale, Tensor tracker, Tensor found, double growth, double backoff, long interval) : IOperatorArguments
    {
        public static readonly OperatorName Operator = new("aten::_amp_update_scale_"u8, ""u8);

        public void Push(scoped ref ArgumentStack stack)
        {
            stack.Push(scale);
            stack.Push(tracker);
            stack.Push(found);
            stack.Push(growth);
            stack.Push(backoff);
            stack.Push(interval);
        }
    }
}
