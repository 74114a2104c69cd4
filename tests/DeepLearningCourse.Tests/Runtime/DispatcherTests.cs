using System.Diagnostics;
using DeepLearningCourse.Runtime;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Runtime;

public sealed class DispatcherTests : TensorTest
{
    private static readonly OperatorName MatrixProduct = new("aten::mm"u8, ""u8);
    private static readonly OperatorName MultiplyLists = new("aten::_foreach_mul_"u8, "List"u8);
    private static readonly OperatorName Clamp = new("aten::clamp"u8, "Tensor"u8);
    private static readonly OperatorName Softmax = new("aten::softmax"u8, "int"u8);

    [Test]
    public void An_operator_called_by_its_name_equals_TorchSharp()
    {
        using var a = randn(3, 4);
        using var b = randn(4, 5);

        using var product = Dispatcher.CallForTensor(MatrixProduct, new Tensors(a, b));

        Assert.That(product.equal(a.mm(b)).all().item<bool>(), Is.True);
    }

    [Test]
    public void Gradients_flow_through_it()
    {
        using var a = randn(3, 4, requires_grad: true);
        using var b = randn(4, 5);

        Dispatcher.CallForTensor(MatrixProduct, new Tensors(a, b)).sum().backward();

        Assert.That(a.grad!.allclose(b.sum(1).expand(3, 4), 1e-5, 1e-6), Is.True);
    }

    [Test]
    public void Lists_are_changed_in_place()
    {
        Tensor[] left = [ones(2), ones(3)];
        Tensor[] right = [full(2, 3.0), full(3, 5.0)];

        Dispatcher.Call(MultiplyLists, new Lists(left, right));

        Assert.That(left[0].sum().item<float>(), Is.EqualTo(6));
        Assert.That(left[1].sum().item<float>(), Is.EqualTo(15));
    }

    [Test]
    public void Optional_tensors_numbers_and_absent_values_arrive()
    {
        using var values = tensor(new[] { -2f, 0f, 2f });
        using var least = tensor(-1f);

        Assert.That(Dispatcher.CallForTensor(Clamp, new Clamped(values, least, null)).data<float>().ToArray(), Is.EqualTo(new[] { -1f, 0f, 2f }));
        Assert.That(Dispatcher.CallForTensor(Clamp, new Clamped(values, null, least)).data<float>().ToArray(), Is.EqualTo(new[] { -2f, -1f, -1f }));
        Assert.That(Dispatcher.CallForTensor(Softmax, new Dimension(values, 0)).allclose(values.softmax(0)), Is.True);
    }

    [Test]
    public void A_refusal_is_an_exception_with_libtorchs_reason_and_without_its_frames()
    {
        using var a = randn(3, 4);

        var refusal = Assert.Throws<OperatorException>(() => Dispatcher.CallForTensor(MatrixProduct, new Tensors(a, a)));

        Assert.That(refusal.Message, Is.EqualTo("libtorch failed in aten::mm: mat1 and mat2 shapes cannot be multiplied (3x4 and 3x4)"));
        Assert.That(refusal.OperatorName, Is.EqualTo("aten::mm"));
    }

    [Test]
    public void A_refused_call_that_changes_its_arguments_changes_them_once_at_most()
    {
        // The second pair does not fit; the first was multiplied before libtorch saw that.
        Tensor[] left = [ones(2), ones(3)];
        Tensor[] right = [full(2, 3.0), full(2, 5.0)];

        Assert.That(() => Dispatcher.Call(MultiplyLists, new Lists(left, right)), Throws.TypeOf<OperatorException>().With.Message.Contains("must match"));

        Assert.That(left[0].sum().item<float>(), Is.EqualTo(6).Or.EqualTo(2));
    }

    [Test]
    public void A_disposed_tensor_is_refused_before_the_call()
    {
        using var a = randn(3, 4);
        var gone = randn(4, 5);
        gone.Dispose();

        Assert.That(() => Dispatcher.CallForTensor(MatrixProduct, new Tensors(a, gone)),
            Throws.InvalidOperationException.With.Message.EqualTo("Tensor invalid -- empty handle."));
    }

    [Test]
    public void Probing_says_what_a_libtorch_has()
    {
        using var a = randn(2, 2);

        Assert.That(Dispatcher.Has(new OperatorName("aten::relu_"u8, ""u8), new One(a)), Is.True);
        Assert.That(Dispatcher.Has(new OperatorName("aten::no_such_operator"u8, ""u8), new One(a)), Is.False);
    }

    /// <summary>Each call takes 4 MB of new tensors; a reference that were left behind, in success or failure, would keep them.</summary>
    [Test]
    public void Neither_calls_nor_refusals_keep_memory()
    {
        void Once()
        {
            using var scope = NewDisposeScope();
            var a = zeros(512, 1024);
            var b = zeros(1024, 512);
            _ = Dispatcher.CallForTensor(MatrixProduct, new Tensors(a, b));
            Dispatcher.Call(MultiplyLists, new Lists([a, b], [a, b]));
            Assert.That(() => Dispatcher.CallForTensor(MatrixProduct, new Tensors(a, a)),
                Throws.TypeOf<OperatorException>().With.Message.EqualTo("libtorch failed in aten::mm: mat1 and mat2 shapes cannot be multiplied (512x1024 and 512x1024)"));
            Assert.That(() => Dispatcher.Call(MultiplyLists, new Lists([a, b], [b, a])),
                Throws.TypeOf<OperatorException>().With.Message.EqualTo("libtorch failed in aten::_foreach_mul_.List: The size of tensor a (1024) must match the size of tensor b (512) at non-singleton dimension 1"));
            var gone = zeros(1);
            gone.Dispose();
            Assert.That(() => Dispatcher.Call(MultiplyLists, new Lists([a, b], [a, gone])),
                Throws.InvalidOperationException.With.Message.EqualTo("Tensor invalid -- empty handle."));
        }

        Once();
        var before = Process.GetCurrentProcess().PrivateMemorySize64;

        for (var i = 0; i < 100; i++)
        {
            Once();
        }

        Assert.That(Process.GetCurrentProcess().PrivateMemorySize64 - before, Is.LessThan(100 << 20));
    }

    private readonly struct One(Tensor tensor) : IOperatorArguments
    {
        public void Push(scoped ref ArgumentStack stack) => stack.Push(tensor);
    }

    private readonly struct Tensors(Tensor first, Tensor second) : IOperatorArguments
    {
        public void Push(scoped ref ArgumentStack stack)
        {
            stack.Push(first);
            stack.Push(second);
        }
    }

    private readonly struct Lists(Tensor[] first, Tensor[] second) : IOperatorArguments
    {
        public void Push(scoped ref ArgumentStack stack)
        {
            stack.Push(first);
            stack.Push(second);
        }
    }

    private readonly struct Clamped(Tensor values, Tensor? least, Tensor? most) : IOperatorArguments
    {
        public void Push(scoped ref ArgumentStack stack)
        {
            stack.Push(values);
            stack.PushOptional(least);
            stack.PushOptional(most);
        }
    }

    private readonly struct Dimension(Tensor values, long dimension) : IOperatorArguments
    {
        public void Push(scoped ref ArgumentStack stack)
        {
            stack.Push(values);
            stack.Push(dimension);
            stack.PushOptional(null);
        }
    }
}
