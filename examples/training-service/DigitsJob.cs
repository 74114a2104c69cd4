using DeepLearningCourse.Data;
using DeepLearningCourse.Hosting;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Training;
using static TorchSharp.torch;

namespace TrainingService;

/// <summary>Lo que entrena el servicio: clasificar dígitos escritos a mano.</summary>
internal static class DigitsJob
{
    /// <summary>Arma la red, el optimizer y los loaders de una corrida. Lo que se entrega a <c>Own</c> se libera cuando la corrida termina, bien o mal.</summary>
    public static TrainingWork Create(TrainingContext context)
    {
        using var digits = Datasets.Digits();
        var (train, validation) = Splits.Stratified(digits.y, testFraction: 0.25, seed: 0);
        var trainLoader = Loader(context, digits, train, shuffle: true);
        var validationLoader = Loader(context, digits, validation, shuffle: false);

        var model = context.Own(new DigitsClassifier());
        var criterion = context.Own(nn.CrossEntropyLoss());
        var optimizer = context.Own(Optimizers.Adam(model.parameters(), lr: context.LearningRate));

        return TrainingWork.Create(
            new Trainer(model, criterion, optimizer, context.Options), trainLoader, validationLoader,
            completed: _ => model.SaveWeights(Path.Combine(context.Folder, "digits.safetensors")));
    }

    private static DataLoader<(Tensor features, Tensor target)> Loader(TrainingContext context, NamedDataset digits, long[] rows, bool shuffle)
    {
        using var pixels = digits.X.TakeRows(rows);
        using var scaled = pixels.div(16); // los píxeles van de 0 a 16
        using var target = digits.y.TakeRows(rows);
        var data = context.Own(new InMemoryDataset(scaled, target)); // guarda referencias propias: los tensores se pueden liberar
        return context.Own(new DataLoader<(Tensor features, Tensor target)>(data, batchSize: 32, shuffle: shuffle, seed: 42));
    }
}
