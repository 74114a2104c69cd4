#:project ../src/DeepLearningCourse/DeepLearningCourse.csproj
// ¿Por qué mini-batching? Memoria, y un gradiente que es el mismo.
//
//   dotnet run examples/10-por-que-mini-batching.cs
using System.Globalization;
using DeepLearningCourse.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

// %% [markdown]
// # Mini-batching
//
// Los datos rara vez vienen como tensores y llevarlos cuesta; y suelen ser tantos que no caben en la memoria. El mini-batching
// optimiza con sólo una muestra de los datos cada vez. Se basa en que el gradiente de la suma es la suma de los gradientes:
//
// $$\nabla \frac{1}{n}\sum_{i=1}^{n} \ell_i = \sum_{b} \frac{n_b}{n} \nabla \Big(\frac{1}{n_b}\sum_{i \in b} \ell_i\Big)$$
//
// ## Memoria
//
// Lo que el forward pass guarda para el backward crece con los registros. `Summary` lo cuenta:

// %% mini
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
manual_seed(42);
var model = new BinaryClassifier();
foreach (var registros in new[] { 32, 1000, 1_000_000 })
{
    var memoria = registros * (10L + 32 + 32 + 64 + 64 + 1) * sizeof(float);
    Console.WriteLine($"{registros,9:N0} registros: {memoria / 1e6,8:F2} MB entre entrada y salidas de las capas");
}

// %% [markdown]
// ## El gradiente
//
// Comprobado: se calcula el gradiente con los 1000 registros de una vez, y el promedio (según el tamaño) de los gradientes de
// los batches de 32. El último batch tiene sólo 8 registros.

// %%
var X = rand(1000, 10);
var y = X.sum(dim: 1, keepdim: true).gt(5).to(float32);
var criterion = nn.BCEWithLogitsLoss();

model.zero_grad();
criterion.call(model.call(X), y).backward();
var completo = model.w1.weight.grad!.clone();

var promedio = zeros_like(completo);
var batches = 0;
for (var desde = 0; desde < 1000; desde += 32)
{
    var hasta = Math.Min(desde + 32, 1000);
    model.zero_grad();
    criterion.call(model.call(X[desde..hasta]), y[desde..hasta]).backward();
    promedio += model.w1.weight.grad! * ((hasta - desde) / 1000.0);
    batches++;
}

var diferencia = (completo - promedio).abs().max().item<float>();
Console.WriteLine($"{batches} batches. El gradiente de w1 llega hasta {completo.abs().max().item<float>():E2}; diferencia máxima con el promedio: {diferencia:E1}");

// %% [markdown]
// Un solo batch da una estimación, con ruido, que cuesta 31 veces menos. Apunta casi en la misma dirección:

// %%
model.zero_grad();
criterion.call(model.call(X[..32]), y[..32]).backward();
var coseno = nn.functional.cosine_similarity(completo.reshape(1, -1), model.w1.weight.grad!.reshape(1, -1)).item<float>();
Console.WriteLine($"Coseno entre el gradiente de un batch y el completo: {coseno:F2}");

// %% [type before mini]
sealed class BinaryClassifier : MyNeuralNetwork
{
    public Linear w1 { get; } = nn.Linear(10, 32);
    public Linear w2 { get; } = nn.Linear(32, 64);
    public Linear w3 { get; } = nn.Linear(64, 1);
    public ReLU relu_1 { get; } = nn.ReLU();
    public ReLU relu_2 { get; } = nn.ReLU();

    public override Tensor forward(Tensor x)
    {
        x = w1.call(x);
        x = relu_1.call(x);
        x = w2.call(x);
        x = relu_2.call(x);
        x = w3.call(x);
        return x;
    }
}
