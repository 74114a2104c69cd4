using System.Text.Json;

namespace TrainingService;

/// <summary>Lo que el servicio responde cuando algo falla: siempre una frase (ProblemDetails), nunca un 500 vacío.</summary>
internal static class Problems
{
    /// <summary>Cuántos bytes puede tener un pedido.</summary>
    public const int Limit = 256 * 1024;

    private const string Example = "Sus miembros son name, epochs, learningRate, seed y parameters (textos con nombre); por ejemplo {\"name\":\"digits\",\"epochs\":50}.";

    /// <summary>Agrega las frases al servicio.</summary>
    public static void AddProblems(this IServiceCollection services)
    {
        services.AddProblemDetails(options => options.CustomizeProblemDetails = context => context.ProblemDetails.Detail ??= Sentence(context.HttpContext.Response.StatusCode, context.Exception));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true); // si no, un pedido que no se entiende se responde sin palabras
        services.Configure<ExceptionHandlerOptions>(options =>
        {
            options.StatusCodeSelector = Status;
            options.SuppressDiagnosticsCallback = context => Status(context.Exception) < StatusCodes.Status500InternalServerError; // el log es para lo que falla en el servicio
        });
    }

    private static int Status(Exception exception) => exception switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        ArgumentException => StatusCodes.Status400BadRequest,
        IOException => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static string? Sentence(int status, Exception? exception) => (status, exception) switch
    {
        (StatusCodes.Status413PayloadTooLarge, _) => $"El pedido es demasiado grande: caben {Limit} bytes. Lo que es más grande va en un archivo, y el pedido dice su nombre.",
        (StatusCodes.Status415UnsupportedMediaType, _) => $"Un pedido es JSON, con el encabezado Content-Type: application/json. {Example}",
        (_, BadHttpRequestException { InnerException: JsonException json }) => $"El pedido no se entiende: {json.Message} {Example}",
        (_, BadHttpRequestException) => $"El pedido no dice qué entrenar. {Example}",
        (_, IOException) => $"La cola no se pudo escribir en el disco: {exception.Message.TrimEnd('.')}. El pedido no quedó en ella; repítalo cuando haya espacio y permiso.",
        _ => exception?.Message,
    };

    /// <summary>No hay una corrida con ese nombre.</summary>
    public static IResult NoRun(string id) => Results.Problem($"No hay una corrida '{id}' que se pueda mirar o detener: GET /runs dice cuáles hay.", statusCode: StatusCodes.Status404NotFound);
}
