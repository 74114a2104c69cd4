// The tests start this program under different environments. Its first statement is TorchSharp's own, as in a student's
// program whose first line makes a tensor or a layer.
using DeepLearningCourse.Runtime;
using TorchSharp;

using var layer = torch.nn.Linear(3, 1);
Console.WriteLine($"cuda available: {torch.cuda.is_available()}");
using var tensor = torch.ones(2, 3);
using var output = layer.call(tensor);
Console.WriteLine($"output: {string.Join(',', output.shape)}");

var info = LibTorch.Info;
Console.WriteLine($"source: {info.Source}");
Console.WriteLine($"folder: {info.Folder}");
Console.WriteLine($"version: {info.Version}");
Console.WriteLine($"repaired: {info.IsRepaired}");
if (OperatingSystem.IsLinux())
{
    var mapped = File.ReadLines("/proc/self/maps")
        .Where(line => line.EndsWith("/libtorch_cpu.so", StringComparison.Ordinal))
        .Select(line => line[line.IndexOf('/', StringComparison.Ordinal)..])
        .Distinct();
    Console.WriteLine($"libtorch_cpu mapped: {mapped.Count()}");
}

// A student's mistakes, of which TorchSharp's library catches none.
if (args is ["mistakes"])
{
    Report(() => tensor.matmul(tensor));
    Report(() => torch.autograd.grad([tensor.sum()], [tensor]));
    Report(() => torch.set_num_interop_threads(2));
    Report(() => torch.set_num_interop_threads(2));
    Console.WriteLine($"and still {tensor.sum().item<float>()}");
}

// One that nothing can catch, because TorchSharp asks for no error after it.
if (args is ["uncaught"])
{
    using var number = torch.tensor(float.NaN);
    Console.WriteLine($"a number: {number.ToInt32()}");
}

static void Report(Action mistake)
{
    try
    {
        mistake();
        Console.WriteLine("no mistake");
    }
    catch (System.Runtime.InteropServices.ExternalException exception)
    {
        Console.WriteLine($"mistake: {exception.Message}");
    }
}
