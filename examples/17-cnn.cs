#:project ../src/DeepLearningCourse/DeepLearningCourse.csproj
#:project ../src/DeepLearningCourse.Plots/DeepLearningCourse.Plots.csproj
// Continuará: una red convolucional para Fashion-MNIST, con curva de validación, early stopping y checkpoint.
//
//   dotnet run examples/17-cnn.cs
using System.Globalization;
using DeepLearningCourse.Data;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Plots;
using DeepLearningCourse.Training;
using DeepLearningCourse.Training.Callbacks;
using TorchSharp.Modules;
using static TorchSharp.torch;

// %% [markdown]
// # Una CNN para Fashion-MNIST
//
// 6000 prendas de ropa para entrenar y 1000 para probar, imágenes de 28×28 y 10 clases. Una capa *convolucional* recorre la imagen con
// filtros pequeños: pocos parámetros, y reconoce lo mismo en cualquier lugar.

// %%
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
manual_seed(0);
var todas = Datasets.FashionMnistSmall(train: true, mean: 0.286f, std: 0.353f);
var prueba = Datasets.FashionMnistSmall(train: false, mean: 0.286f, std: 0.353f);
var partes = todas.RandomSplit([0.85, 0.15], seed: 0);
using var trainLoader = new DataLoader<(Tensor features, Tensor target)>(partes[0], batchSize: 64, shuffle: true, seed: 0);
using var validationLoader = new DataLoader<(Tensor features, Tensor target)>(partes[1], batchSize: 256);
using var testLoader = new DataLoader<(Tensor features, Tensor target)>(prueba, batchSize: 256);
Console.WriteLine($"{partes[0].Count} imágenes para entrenar, {partes[1].Count} para validar, {prueba.Count} para probar");

// %% red
using var model = new Cnn();
using var criterion = nn.CrossEntropyLoss();
using var optimizer = Optimizers.Adam(model.parameters(), lr: 2e-3);
#if NOTEBOOK
model.Summary(zeros(64, 1, 28, 28))
#else
Console.WriteLine(model.Summary(zeros(64, 1, 28, 28)));
#endif

// %% [markdown]
// ## Entrenar
//
// `EarlyStopping` termina cuando la validación no mejora por 3 epochs, y devuelve los mejores pesos. `Checkpoint` guarda el estado completo
// al final de cada epoch. Aquí el entrenamiento se corta en el segundo, como si alguien hubiera apagado la máquina:

// %%
// Para que dos ejecuciones no se mezclen, la carpeta lleva el número del proceso; en un proyecto tiene un nombre fijo.
var carpeta = Path.Combine(Path.GetTempPath(), $"fashion-mnist-{Environment.ProcessId}");
TrainerOptions Opciones(params ITrainingCallback[] otros) => new()
{
    Epochs = 40,
    Seed = 0,
    Callbacks = [new Checkpoint(carpeta, keepLast: 1), new EarlyStopping(patience: 3), .. otros],
};

var corte = TrainingCallbacks.OnEpochEnded((run, epoch) =>
{
    if (epoch.Epoch == 2)
    {
        run.Stop();
    }
});
var cortada = new Trainer(model, criterion, optimizer, Opciones(corte)).Fit(trainLoader, validationLoader);
Console.WriteLine($"Se cortó tras {cortada.Epochs.Count} epochs ({cortada.StopReason}); quedó un checkpoint de {new DirectoryInfo(carpeta).GetFiles("*.pt").Single().Length / 1e6:F1} MB");

// %% [markdown]
// Quien vuelve a partir arma lo mismo, con una red nueva, de pesos al azar. `resume: ResumeFrom.Auto` busca el último checkpoint de la carpeta y sigue desde ahí:

// %%
using var otra = new Cnn();
using var otroOptimizer = Optimizers.Adam(otra.parameters(), lr: 2e-3);
var trainer = new Trainer(otra, criterion, otroOptimizer, Opciones());
var history = trainer.Fit(trainLoader, validationLoader, resume: ResumeFrom.Auto);
Console.WriteLine($"Siguió desde {Path.GetFileName(history.ResumedFrom)}, y terminó tras {history.Epochs.Count} epochs en total ({history.StopReason})");

// %% [markdown]
// ## La curva de validación
//
// Mientras la loss de entrenamiento sigue bajando, la de validación deja de hacerlo: desde ahí la red aprende de memoria.

// %%
var mejor = history.Epochs.MinBy(epoch => epoch.Validation!.Loss)!;
var ultimo = history.Epochs[^1];
Console.WriteLine($"La validación fue mejor en el epoch {mejor.Epoch}. Desde ahí hasta el {ultimo.Epoch} la loss de entrenamiento fue de {mejor.TrainLoss:F4} a {ultimo.TrainLoss:F4}, la de validación de {mejor.Validation!.Loss:F4} a {ultimo.Validation!.Loss:F4}.");

// %%
#if NOTEBOOK
history.Plot(PlotTexts.Spanish)
#else
var imagen = Path.Combine(carpeta, "history.png");
history.Plot(PlotTexts.Spanish).Save(imagen);
Console.WriteLine($"La curva quedó en {imagen}");
#endif

// %%
var evaluacion = trainer.Evaluate(testLoader);
Console.WriteLine($"Exactitud en la prueba: {evaluacion.Accuracy:F3}");
#if NOTEBOOK
evaluacion.ConfusionMatrix!.Plot(Datasets.FashionMnistClasses, texts: PlotTexts.Spanish)
#else
Console.WriteLine(evaluacion.ConfusionMatrix);
#endif

// %% [type before red]
sealed class Cnn : MyNeuralNetwork
{
    public Conv2d conv_1 { get; } = nn.Conv2d(1, 16, kernel_size: 3, padding: 1);
    public Conv2d conv_2 { get; } = nn.Conv2d(16, 32, kernel_size: 3, padding: 1);
    public MaxPool2d pool { get; } = nn.MaxPool2d(2);
    public ReLU relu { get; } = nn.ReLU();
    public Dropout dropout { get; } = nn.Dropout(0.3);
    public Linear salida { get; } = nn.Linear(32 * 7 * 7, 10);

    public override Tensor forward(Tensor x)
    {
        x = pool.call(relu.call(conv_1.call(x)));
        x = pool.call(relu.call(conv_2.call(x)));
        return salida.call(dropout.call(x.flatten(1)));
    }
}
