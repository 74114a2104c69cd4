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
// Lo que el forward pass guarda para el backward crece con los registros, y los parámetros no. `Summary` lo cuenta:

// %% mini
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
manual_seed(42);
var model = new BinaryClassifier();
foreach (var registros in new[] { 32, 1000, 100_000 })
{
    var resumen = model.Summary(zeros(registros, 10));
    Console.WriteLine($"{registros,7:N0} registros: {(resumen.InputBytes + resumen.OutputBytes) / 1e6,6:F2} MB entre entrada y salidas de las capas, {resumen.ParameterBytes / 1e6:F2} MB de parámetros");
}

// %% [markdown]
// ## El gradiente
//
// Comprobado: se calcula el gradiente con los 1000 registros de una vez, y el promedio (según el tamaño) de los gradientes de
// los batches de 32, de los que el último no alcanza a llenarse.

// %%
var X = rand(1000, 10);
var y = X.sum(dim: 1, keepdim: true).gt(5).to(float32);
var criterion = nn.BCEWithLogitsLoss();

model.zero_grad();
criterion.call(model.call(X), y).backward();
var completo = model.w1.weight.grad!.clone();

var promedio = zeros_like(completo);
var batches = 0;
var ultimo = 0;
List<float> cosenos = [];
for (var desde = 0; desde < 1000; desde += 32)
{
    var hasta = Math.Min(desde + 32, 1000);
    model.zero_grad();
    criterion.call(model.call(X[desde..hasta]), y[desde..hasta]).backward();
    promedio += model.w1.weight.grad! * ((hasta - desde) / 1000.0);
    cosenos.Add(nn.functional.cosine_similarity(completo.reshape(1, -1), model.w1.weight.grad!.reshape(1, -1)).item<float>());
    ultimo = hasta - desde;
    batches++;
}

var diferencia = (completo - promedio).abs().max().item<float>();
Console.WriteLine($"{batches} batches, el último de {ultimo} registros. El gradiente de w1 llega hasta {completo.abs().max().item<float>():E2}; diferencia máxima con el promedio: {diferencia:E1}");

// %% [markdown]
// Un solo batch da una estimación con ruido, con 31 veces menos registros. Cuánto ruido lo dice el coseno del ángulo con el gradiente
// completo, que es 1 si apuntan en la misma dirección, 0 si no tienen que ver, y menos que 0 si el batch empuja en contra:

// %%
Console.WriteLine($"Coseno entre el gradiente de un batch y el completo: {cosenos.Average():F2} en promedio, de {cosenos.Min():F2} a {cosenos.Max():F2}; {cosenos.Count(c => c > 0)} de {batches} apuntan hacia el mismo lado");

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
