// The tests start this program and kill it: it saves weights that are all 1, then all 2 and so on, over the same name, until then.
using DeepLearningCourse.Models;
using TorchSharp;

var path = args[0];
long? maxShardBytes = args.Length > 1 ? long.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : null;
var weights = Enumerable.Range(0, 4).ToDictionary(i => $"w{i}", _ => torch.zeros(1 << 16));

for (var number = 1; ; number++)
{
    foreach (var tensor in weights.Values)
    {
        _ = tensor.fill_(number);
    }

    WeightFile.Write(path, weights, maxShardBytes: maxShardBytes);
    Console.WriteLine(number);
}
