// Entrena la red de las láminas con los datos de cáncer de mama de Wisconsin.
//
//   dotnet run --project examples/breast-cancer [-- semilla]
using System.Globalization;
using BreastCancer;
using DeepLearningCourse.Data;
using DeepLearningCourse.Inference;
using DeepLearningCourse.Models;
using DeepLearningCourse.Optimization;
using DeepLearningCourse.Runtime;
using DeepLearningCourse.Training;
using TorchSharp;
using static TorchSharp.torch;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var seed = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 0;
manual_seed(seed);
var device = Devices.Best();
Console.WriteLine($"Semilla {seed}, device {device}. {LibTorch.Info}\n");

// Los datos: 569 tumores, 30 medidas de cada uno; 0 es maligno, 1 es benigno.
using var table = CsvTable.Read(Path.Combine(AppContext.BaseDirectory, "data", "breast_cancer.csv"), target: "target");
var (resto, test) = Splits.Stratified(table.y, testFraction: 0.25, seed);

// Del resto, una parte valida mientras se entrena: la prueba se mira una sola vez, al final.
var (deEntrenar, deValidar) = Splits.Stratified(table.y.TakeRows(resto), testFraction: 0.2, seed);
var train = Array.ConvertAll(deEntrenar, i => resto[i]);
var validation = Array.ConvertAll(deValidar, i => resto[i]);

// El escalamiento se ajusta sólo con la parte de entrenamiento: las otras no deben enseñar nada.
var scaler = new StandardScaler();
using var X_train = scaler.FitTransform(table.X.TakeRows(train));
using var X_validation = scaler.Transform(table.X.TakeRows(validation));
using var X_test = scaler.Transform(table.X.TakeRows(test));
using var y_train = table.y.TakeRows(train).unsqueeze(1);
using var y_validation = table.y.TakeRows(validation).unsqueeze(1);
using var y_test = table.y.TakeRows(test).unsqueeze(1);
Console.WriteLine($"{train.Length} registros para entrenar, {validation.Length} para validar y {test.Length} para probar, {table.FeatureNames.Count} variables.\n");

using var trainData = new InMemoryDataset(X_train, y_train);
using var validationData = new InMemoryDataset(X_validation, y_validation);
using var testData = new InMemoryDataset(X_test, y_test);
using var trainLoader = new DataLoader<(Tensor features, Tensor target)>(trainData, batchSize: 32, shuffle: true, seed: seed);
using var validationLoader = new DataLoader<(Tensor features, Tensor target)>(validationData, batchSize: 32);
using var testLoader = new DataLoader<(Tensor features, Tensor target)>(testData, batchSize: 32);

// Los tres elementos: hipótesis, loss function y optimizador.
using var model = new BreastCancerClassifier(table.FeatureNames.Count).to(device);
using var criterion = nn.BCEWithLogitsLoss();
using var optimizer = Optimizers.Adam(model.parameters(), lr: 3e-4);
Console.WriteLine("Model registry:");
Console.WriteLine(model);
Console.WriteLine();

// El training loop.
var trainer = new Trainer(model, criterion, optimizer, new TrainerOptions { Epochs = 50, Device = device });
var history = trainer.Fit(trainLoader, validationLoader);

// Evaluación sobre datos que la red no ha visto.
var result = trainer.Evaluate(testLoader);
Console.WriteLine($"\nLoss de entrenamiento: {history.TrainLosses[0]:F4} en el primer epoch, {history.TrainLosses[^1]:F4} en el último.");
Console.WriteLine($"Exactitud en la prueba: {result.Accuracy:F4} ({result.Samples} registros)");
Console.WriteLine("Matriz de confusión (0 = maligno, 1 = benigno):");
Console.WriteLine(result.ConfusionMatrix);

// Los pesos, guardados y cargados en una red nueva, dan las mismas predicciones.
var path = Path.Combine(AppContext.BaseDirectory, "breast-cancer.safetensors");
model.SaveWeights(path);
using var fresh = new BreastCancerClassifier(table.FeatureNames.Count);
fresh.LoadWeights(path);
fresh.to(device);
using var probabilities = model.PredictProbabilities(X_test, criterion);
using var again = fresh.PredictProbabilities(X_test, criterion);
using var same = probabilities.eq(again).all();
Console.WriteLine($"\nPesos guardados en {Path.GetFileName(path)} ({new FileInfo(path).Length} bytes).");
Console.WriteLine(same.item<bool>()
    ? "Una red nueva con esos pesos da las mismas predicciones."
    : "Una red nueva con esos pesos da OTRAS predicciones.");
return same.item<bool>() ? 0 : 1;
