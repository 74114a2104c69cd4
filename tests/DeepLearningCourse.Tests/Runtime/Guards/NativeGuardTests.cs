using System.Diagnostics;
using System.Runtime.InteropServices;
using DeepLearningCourse.Models;
using DeepLearningCourse.Runtime.Guards;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepLearningCourse.Tests.Runtime.Guards;

/// <summary>Mistakes of which libtorch's error would end this process if nothing guarded TorchSharp's functions.</summary>
[Platform("Linux", Reason = "The guards are made for Linux x64.")]
public sealed class NativeGuardTests : NetworkTest
{
    [Test]
    public void Every_function_of_the_table_is_guarded() =>
        Assert.That(NativeGuards.Count, Is.EqualTo(GuardedFunctions.All.Length));

    [TestCase(new long[] { 2, 3 }, new long[] { 4, 5 }, "matmul of [2, 3] and [4, 5]: mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5). "
        + "The last extent of the first, 3, has to equal the last but one extent of the second, 4. A second of [3, 5] would fit.")]
    [TestCase(new long[] { 2, 3 }, new long[] { 2, 3 }, "matmul of [2, 3] and [2, 3]: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3). "
        + "The last extent of the first, 3, has to equal the last but one extent of the second, 2. The second fits transposed: use transpose(-2, -1).")]
    [TestCase(new long[] { 5, 2 }, new long[] { 5, 7 }, "matmul of [5, 2] and [5, 7]: mat1 and mat2 shapes cannot be multiplied (5x2 and 5x7). "
        + "The last extent of the first, 2, has to equal the last but one extent of the second, 5. The first fits transposed: use transpose(-2, -1).")]
    [TestCase(new long[] { 2, 3, 4 }, new long[] { 3, 4, 5 }, "matmul of [2, 3, 4] and [3, 4, 5]: The size of tensor a (2) must match the size of tensor b (3) "
        + "at non-singleton dimension 0. The extents before the last two count batches, and have to be equal or 1.")]
    [TestCase(new long[] { 2, 3 }, new long[0], "matmul of [2, 3] and []: both arguments to matmul need to be at least 1D, but they are 2D and 0D. "
        + "A single number has no rows and columns: multiply by it with *.")]
    public void A_matrix_product_of_shapes_that_do_not_fit_says_what_would(long[] first, long[] second, string sentence) =>
        Assert.That(Message(() => zeros(first).matmul(zeros(second))), Is.EqualTo(sentence));

    [Test]
    public void A_matrix_product_of_two_types_says_which() =>
        Assert.That(Message(() => zeros(2, 3).matmul(zeros(3, 4, ScalarType.Float64))), Is.EqualTo(
            "matmul of [2, 3] and [3, 4]: expected m1 and m2 to have the same dtype, but got: float != double. "
            + "The first is of type Float32, the second of Float64: convert one with to_type."));

    [Test]
    public void A_gradient_that_cannot_be_computed_says_why()
    {
        var x = zeros(2);
        var w = zeros(2, requires_grad: true);
        var used = (w * w).sum();
        autograd.grad([used], [w]);

        Assert.That(Message(() => autograd.grad([x.sum()], [x])), Is.EqualTo(
            "autograd.grad: element 0 of tensors does not require grad and does not have a grad_fn. "
            + "Make it with requires_grad: true before anything is computed from it, and compute outside of no_grad() and inference_mode()."));
        Assert.That(Message(() => autograd.grad([w * 2], [w])), Is.EqualTo(
            "autograd.grad: grad can be implicitly created only for scalar outputs. "
            + "Give grad_outputs of the outputs' shapes, or take sum() or mean() of the outputs first."));
        Assert.That(Message(() => autograd.grad([(w * 2).sum()], [zeros(2, requires_grad: true)])), Does.EndWith(
            "One of the inputs has no part in the outputs: leave it out, or pass allow_unused: true."));
        Assert.That(Message(() => autograd.grad([used], [w])), Does.EndWith(
            "Pass retain_graph: true to the call before, or compute the outputs anew."));
    }

    [Test]
    public void Other_functions_that_catch_nothing_throw_too()
    {
        var x = zeros(2, 3);

        Assert.That(Message(() => x.cummax(5)), Is.EqualTo("cummax of [2, 3]: Dimension out of range (expected to be in range of [-2, 1], but got 5)."));
        Assert.That(Message(() => x.cummin(-3)), Is.EqualTo("cummin of [2, 3]: Dimension out of range (expected to be in range of [-2, 1], but got -3)."));
        Assert.That(Message(() => set_num_threads(0)), Is.EqualTo("set_num_threads: Expected positive number of threads."));
        Assert.That(Message(() => Generator.Default.set_state(x)), Is.EqualTo(
            "set_state: RNG state must be a torch.ByteTensor. Give it what get_state() of such a generator returned."));
    }

    [Test]
    public void What_fits_is_computed_with_its_gradients()
    {
        var a = rand(2, 3, requires_grad: true);
        var b = rand(3, 4, requires_grad: true);

        var product = a.matmul(b);
        var gradients = autograd.grad([product.sum()], [a, b]);

        Assert.That(product.equal(a.mm(b)).all().item<bool>(), Is.True);
        Assert.That(gradients[0].allclose(ones(2, 4).mm(b.t())), Is.True);
        Assert.That(zeros(2, 3).cummax(1).values.shape, Is.EqualTo(new long[] { 2, 3 }));
    }

    [Test]
    public void An_error_in_forward_is_a_sentence_of_the_networks()
    {
        using var model = new WithProduct();

        Assert.That(Assert.Throws<ForwardException>(() => model.call(rand(2, 3)))!.Message, Is.EqualTo(
            "forward of WithProduct failed after layer 'fc': matmul of [2, 4] and [2, 4]: mat1 and mat2 shapes cannot be multiplied (2x4 and 2x4). "
            + "The last extent of the first, 4, has to equal the last but one extent of the second, 2. The second fits transposed: use transpose(-2, -1). "
            + "The shapes so far: input [2, 3] → fc [2, 4]."));
    }

    [Test]
    public void Errors_of_several_threads_stay_with_their_threads()
    {
        var said = new string[4];

        var threads = Enumerable.Range(0, said.Length).Select(i => new Thread(() =>
        {
            using var scope = NewDisposeScope();
            for (var n = 0; n < 10; n++)
            {
                said[i] = Message(() => zeros(2, 3 + i).matmul(zeros(2, 2)));
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.That(said.Select((text, i) => text.StartsWith($"matmul of [2, {3 + i}] and [2, 2]: ", StringComparison.Ordinal)), Is.All.True);
    }

    [Test]
    [Attack]
    [Category("Long")]
    public void Thousands_of_errors_leave_the_memory_flat()
    {
        const int calls = 4000;
        Fail(1000);
        var before = Memory();

        Fail(calls);
        var grown = Memory() - before;

        Assert.That(grown, Is.LessThan(calls * 1600L), "bytes; the texts alone, with their C++ frames, would be more");
        AttackRecords.Add("Tensors", $"{calls:N0} matrix products of shapes that do not fit", $"all {calls:N0} are exceptions; the process grew by {grown / 1024:N0} KiB");
    }

    private static void Fail(int calls)
    {
        using var a = zeros(2, 3);
        for (var i = 0; i < calls; i++)
        {
            _ = Message(() => a.matmul(a));
        }
    }

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private static string Message(Action mistake)
    {
        try
        {
            mistake();
        }
        catch (ExternalException exception)
        {
            return exception.Message;
        }

        return "no exception";
    }

    private sealed class WithProduct : MyNeuralNetwork
    {
        private readonly Linear fc = nn.Linear(3, 4);

        public override Tensor forward(Tensor x)
        {
            var h = fc.call(x);
            return h.matmul(h);
        }
    }
}
