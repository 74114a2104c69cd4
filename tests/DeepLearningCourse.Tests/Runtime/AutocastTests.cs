using DeepLearningCourse.Runtime;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace DeepLearningCourse.Tests.Runtime;

public sealed class AutocastTests : TensorTest
{
    [TearDown]
    public void Nothing_is_left_switched() => Assert.That(Autocast.TypeOn(CPU), Is.Null);

    [Test]
    public void Its_functions_are_in_this_libtorch() => Assert.That(Autocast.IsAvailable, Is.True);

    [Test]
    public void The_names_of_one_function_are_of_one_function()
    {
        foreach (var function in AutocastFunctions.All.Concat(ContextFunctions.All))
        {
            var own = function.Windows[1..function.Windows.IndexOf('@', StringComparison.Ordinal)];
            Assert.That(new[] { function.Linux, function.Mac }, Has.All.Contains($"{own.Length}{own}"));
        }
    }

    [TestCase(ScalarType.BFloat16)]
    [TestCase(ScalarType.Float16)]
    public void Products_are_those_of_inputs_cast_by_hand(ScalarType dtype)
    {
        var (x, w, b) = (randn(8, 5), randn(5, 3), randn(3));
        var (image, kernel) = (randn(2, 3, 8, 8), randn(4, 3, 3, 3));
        Tensor product, layer, convolution;

        using (Region(dtype))
        {
            product = x.matmul(w);
            layer = linear(x, w.t(), b);
            convolution = conv2d(image, kernel);
        }

        AssertEqual(product, x.to(dtype).matmul(w.to(dtype)));
        AssertEqual(layer, linear(x.to(dtype), w.to(dtype).t(), b.to(dtype)));
        AssertEqual(convolution, conv2d(image.to(dtype), kernel.to(dtype)));
        Assert.That(product.dtype, Is.EqualTo(dtype));
    }

    [Test]
    public void Losses_are_computed_in_float32()
    {
        var (logits, classes, ones) = (randn(6, 4).to(bfloat16), randint(0, 4, 6), rand(6, 4));
        Tensor crossEntropy, binary, squares;

        using (Autocast.BFloat16(CPU))
        {
            crossEntropy = cross_entropy(logits, classes);
            binary = binary_cross_entropy_with_logits(logits, ones);
            squares = mse_loss(logits, ones);
        }

        var wide = logits.to(float32);
        AssertEqual(crossEntropy, cross_entropy(wide, classes));
        AssertEqual(binary, binary_cross_entropy_with_logits(wide, ones));
        AssertEqual(squares, mse_loss(wide, ones));
        Assert.That(crossEntropy.dtype, Is.EqualTo(float32));
    }

    /// <summary>Softmax, relu and normalization are on neither of libtorch's lists for the processor.</summary>
    [TestCase(ScalarType.BFloat16)]
    [TestCase(ScalarType.Float32)]
    public void What_is_on_no_list_keeps_the_type_of_its_input(ScalarType dtype)
    {
        var x = randn(3, 4).to(dtype);

        using (Autocast.BFloat16(CPU))
        {
            Assert.That(x.softmax(1).dtype, Is.EqualTo(dtype));
            Assert.That(x.relu().dtype, Is.EqualTo(dtype));
            Assert.That(layer_norm(x, [4]).dtype, Is.EqualTo(dtype));
        }
    }

    [Test]
    public void Whole_numbers_and_float64_are_left_alone()
    {
        using (Autocast.BFloat16(CPU))
        {
            Assert.That(ones(2, 2, float64).matmul(ones(2, 2, float64)).dtype, Is.EqualTo(float64));
            Assert.That(ones(2, 2, int64).matmul(ones(2, 2, int64)).dtype, Is.EqualTo(int64));
        }
    }

    [Test]
    public void Gradients_are_float32_and_those_of_the_casts_by_hand()
    {
        var (x, target) = (randn(16, 5), rand(16, 3));
        var w = randn(3, 5, requires_grad: true);
        var byHand = w.detach().clone().requires_grad_();
        Tensor loss;

        using (Autocast.BFloat16(CPU))
        {
            loss = mse_loss(linear(x, w), target);
        }

        loss.backward();
        mse_loss(linear(x.to(bfloat16), byHand.to(bfloat16)).to(float32), target).backward();

        Assert.That(w.grad!.dtype, Is.EqualTo(float32));
        AssertEqual(w.grad, byHand.grad!);
    }

    [Test]
    public void It_ends_with_the_region()
    {
        using (Autocast.BFloat16(CPU))
        {
            Assert.That(Autocast.TypeOn(CPU), Is.EqualTo(bfloat16));
        }

        Assert.That(ProductType(), Is.EqualTo(float32));
    }

    [Test]
    public void An_exception_ends_it_too()
    {
        Assert.That(
            () =>
            {
                using (Autocast.BFloat16(CPU))
                {
                    _ = ones(2, 3).mm(ones(2, 3));
                }
            },
            Throws.Exception.With.Message.StartsWith("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)"));

        Assert.That(ProductType(), Is.EqualTo(float32));
    }

    [Test]
    public void Regions_nest_and_each_restores_what_was_before()
    {
        using (Autocast.BFloat16(CPU))
        {
            using (Autocast.Off(CPU))
            {
                Assert.That(ProductType(), Is.EqualTo(float32));

                using (Autocast.Float16(CPU))
                {
                    Assert.That(ProductType(), Is.EqualTo(float16));
                }

                Assert.That(ProductType(), Is.EqualTo(float32));
            }

            Assert.That(ProductType(), Is.EqualTo(bfloat16));
        }
    }

    [Test]
    public void The_end_of_the_outer_region_ends_those_that_were_forgotten()
    {
        var outer = Autocast.BFloat16(CPU);
        var forgotten = Autocast.Float16(CPU);

        outer.Dispose();
        forgotten.Dispose();
        outer.Dispose();

        Assert.That(ProductType(), Is.EqualTo(float32));
    }

    [Test]
    public void Another_thread_does_not_see_it()
    {
        ScalarType? there = null;
        ScalarType? thereInItsOwn = null;

        using (Autocast.BFloat16(CPU))
        {
            OnThread(() =>
            {
                there = ProductType();

                using (Autocast.Float16(CPU))
                {
                    thereInItsOwn = ProductType();
                }
            });

            Assert.That(ProductType(), Is.EqualTo(bfloat16));
        }

        Assert.That((there, thereInItsOwn), Is.EqualTo(((ScalarType?)float32, (ScalarType?)float16)));
    }

    [Test]
    public void Another_thread_cannot_end_it()
    {
        InvalidOperationException? refusal = null;

        using (var region = Autocast.BFloat16(CPU))
        {
            OnThread(() => refusal = Assert.Throws<InvalidOperationException>(region.Dispose));
            Assert.That(ProductType(), Is.EqualTo(bfloat16));
        }

        Assert.That(refusal!.Message, Does.Contain("another one").And.Contain("await"));
        Assert.That(ProductType(), Is.EqualTo(float32));
    }

    [Test]
    public void A_weight_is_cast_once_in_a_region_and_anew_in_the_next()
    {
        var (x, w) = (ones(1, 2), ones(2, 1, requires_grad: true));

        using (Autocast.BFloat16(CPU))
        {
            Assert.That(x.matmul(w).ToDouble(), Is.EqualTo(2));
            Fill(w, 5);
            Assert.That(x.matmul(w).ToDouble(), Is.EqualTo(2));

            using (Autocast.BFloat16(CPU))
            {
                Assert.That(x.matmul(w).ToDouble(), Is.EqualTo(2));
            }

            Assert.That(x.matmul(w).ToDouble(), Is.EqualTo(2), "the end of an inner region keeps the casts");
        }

        using (Autocast.BFloat16(CPU))
        {
            Assert.That(x.matmul(w).ToDouble(), Is.EqualTo(10));
        }
    }

    [Test]
    public void Without_the_cache_a_weight_is_cast_at_each_use()
    {
        var (x, w) = (ones(1, 2), ones(2, 1, requires_grad: true));

        using (Autocast.BFloat16(CPU, cacheEnabled: false))
        {
            _ = x.matmul(w);
            Fill(w, 5);
            Assert.That(x.matmul(w).ToDouble(), Is.EqualTo(10));
        }
    }

    [Test]
    public void It_holds_without_gradients()
    {
        var (x, w) = (randn(2, 3), randn(3, 2, requires_grad: true));

        using (Autocast.BFloat16(CPU))
        using (no_grad())
        {
            var product = x.matmul(w);
            Assert.That((product.dtype, product.requires_grad), Is.EqualTo((bfloat16, false)));
        }
    }

    [Test]
    public void A_region_without_gradients_leaves_no_casts_to_one_that_needs_them()
    {
        var (x, w) = (randn(2, 3), randn(3, 2, requires_grad: true));
        Tensor loss;

        using (Autocast.BFloat16(CPU))
        {
            using (no_grad())
            using (Autocast.BFloat16(CPU))
            {
                _ = x.matmul(w);
            }

            loss = x.matmul(w).sum();
        }

        loss.backward();
        Assert.That(w.grad, Is.Not.Null);
    }

    [Test]
    public void A_device_without_autocast_is_refused() =>
        Assert.That(() => Autocast.BFloat16(META), Throws.TypeOf<NotSupportedException>().With.Message.Contains("the device is meta"));

    [Test]
    public void Where_libtorch_lacks_it_the_sentence_says_what_to_use() =>
        Assert.That(() => Autocast.RequireAvailable(false), Throws.TypeOf<NotSupportedException>().With.Message.Contains("Use libtorch 2.10"));

    private static Autocast Region(ScalarType dtype) => dtype == ScalarType.BFloat16 ? Autocast.BFloat16(CPU) : Autocast.Float16(CPU);

    private static ScalarType ProductType()
    {
        using var scope = NewDisposeScope();
        return ones(2, 2).matmul(ones(2, 2)).dtype;
    }

    private static void Fill(Tensor weight, float value)
    {
        using var noGradients = no_grad();
        weight.fill_(value);
    }

    private static void OnThread(Action action)
    {
        var thread = new Thread(() => action());
        thread.Start();
        thread.Join();
    }

    private static void AssertEqual(Tensor actual, Tensor expected)
    {
        Assert.That(actual.dtype, Is.EqualTo(expected.dtype));
        Assert.That(actual.eq(expected).all().item<bool>(), Is.True);
    }
}
