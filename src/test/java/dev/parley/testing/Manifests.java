package dev.parley.testing;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.gson.Gson;
import com.google.gson.JsonElement;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The manifests that {@code kubectl apply -k} sends: rendered by kubectl and parsed strictly. */
public final class Manifests {

    private static final Gson GSON = new Gson();
    private static final ObjectMapper JSON_MAPPER = new ObjectMapper();

    /** The kinds that the official client has no model for. */
    private static final List<String> CUSTOM = List.of("ServiceMonitor", "PrometheusRule");

    private final List<Map<String, Object>> all;

    private Manifests(List<Map<String, Object>> all) {
        this.all = all;
    }

    /** The base or an overlay, such as {@code overlays/trial}. */
    public static Manifests rendered(String folder) {
        return rendered(Path.of("k8s", folder));
    }

    /** What {@code kubectl apply -k} would send of a folder. */
    public static Manifests rendered(Path folder) {
        try {
            Process kubectl =
                    new ProcessBuilder("kubectl", "kustomize", folder.toString())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            String yaml =
                    new String(kubectl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (kubectl.waitFor() != 0) {
                throw new IllegalStateException("kubectl kustomize " + folder + " failed");
            }
            return parsed(yaml);
        } catch (IOException failure) {
            throw new UncheckedIOException("kubectl 1.27 or newer is needed", failure);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interruption);
        }
    }

    /** Rejects duplicate keys and fields that the API does not define. */
    public static Manifests parsed(String yaml) {
        LoaderOptions strict = new LoaderOptions();
        strict.setAllowDuplicateKeys(false);
        List<Map<String, Object>> all = new ArrayList<>();
        for (Object document : new Yaml(new SafeConstructor(strict)).loadAll(yaml)) {
            Map<String, Object> manifest = map(document);
            validate(String.valueOf(manifest.get("kind")), GSON.toJsonTree(manifest));
            all.add(manifest);
        }
        return new Manifests(all);
    }

    private static void validate(String kind, JsonElement json) {
        try {
            switch (kind) {
                case "ConfigMap" -> V1ConfigMap.validateJsonElement(json);
                case "Deployment" -> V1Deployment.validateJsonElement(json);
                case "Job" -> V1Job.validateJsonElement(json);
                case "HorizontalPodAutoscaler" ->
                        V2HorizontalPodAutoscaler.validateJsonElement(json);
                case "Namespace" -> V1Namespace.validateJsonElement(json);
                case "NetworkPolicy" -> V1NetworkPolicy.validateJsonElement(json);
                case "PodDisruptionBudget" -> V1PodDisruptionBudget.validateJsonElement(json);
                case "Service" -> V1Service.validateJsonElement(json);
                case "ServiceAccount" -> V1ServiceAccount.validateJsonElement(json);
                case "StatefulSet" -> V1StatefulSet.validateJsonElement(json);
                default -> {
                    if (!CUSTOM.contains(kind)) {
                        throw new IllegalArgumentException("Unknown kind " + kind);
                    }
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * A copy with one field set, or removed where the value is empty; validated as the original.
     */
    public Manifests with(String kind, String name, String pointer, String value) {
        List<JsonNode> changed = all.stream().<JsonNode>map(JSON_MAPPER::valueToTree).toList();
        JsonNode manifest = named(changed.stream(), kind, name);
        JsonPointer field = JsonPointer.compile(pointer);
        JsonNode parent = manifest.at(field.head());
        JsonNode wanted = JSON_MAPPER.valueToTree(new Yaml().<Object>load(value));
        switch (parent) {
            case ObjectNode object when value.isEmpty() ->
                    require(object.remove(field.last().getMatchingProperty()) != null, pointer);
            case ObjectNode object -> object.set(field.last().getMatchingProperty(), wanted);
            case ArrayNode array when value.isEmpty() ->
                    require(array.remove(field.last().getMatchingIndex()) != null, pointer);
            case ArrayNode array -> array.set(field.last().getMatchingIndex(), wanted);
            default -> require(false, kind + " " + name + " " + pointer);
        }
        return parsed(
                changed.stream().map(JsonNode::toString).collect(Collectors.joining("\n---\n")));
    }

    private static void require(boolean found, String what) {
        if (!found) {
            throw new IllegalArgumentException("Nothing to change at " + what);
        }
    }

    /** The manifests of a kind. */
    public List<JsonNode> json(String kind) {
        return all.stream()
                .filter(manifest -> kind.equals(manifest.get("kind")))
                .<JsonNode>map(JSON_MAPPER::valueToTree)
                .toList();
    }

    /** A manifest; a missing node if there is none. */
    public JsonNode json(String kind, String name) {
        return named(json(kind).stream(), kind, name);
    }

    private static JsonNode named(Stream<JsonNode> manifests, String kind, String name) {
        return manifests
                .filter(manifest -> manifest.path("kind").asText().equals(kind))
                .filter(manifest -> manifest.at("/metadata/name").asText().equals(name))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    /** The name of the ConfigMap that the Deployment reads. */
    public String configMap() {
        return json("Deployment", "parley")
                .at("/spec/template/spec/containers/0/envFrom/0/configMapRef/name")
                .asText();
    }

    public V1Deployment deployment() {
        return one("Deployment", "parley", V1Deployment.class);
    }

    public <T> T one(String kind, String name, Class<T> type) {
        return all(kind, type, name).getFirst();
    }

    public <T> List<T> all(String kind, Class<T> type) {
        return all(kind, type, null);
    }

    private <T> List<T> all(
            String kind, Class<T> type, @org.jspecify.annotations.Nullable String name) {
        return all.stream()
                .filter(manifest -> kind.equals(manifest.get("kind")))
                .filter(manifest ->
                        name == null || name.equals(map(manifest.get("metadata")).get("name")))
                .map(manifest -> JSON.getGson().fromJson(GSON.toJsonTree(manifest), type))
                .toList();
    }

    /** The untyped manifests of the kinds that the client has no model for. */
    public List<Map<String, Object>> custom(String kind) {
        return all.stream().filter(manifest -> kind.equals(manifest.get("kind"))).toList();
    }

    /** Whether a manifest of this kind and name exists. */
    public boolean has(String kind, String name) {
        return all.stream()
                .anyMatch(manifest ->
                        kind.equals(manifest.get("kind"))
                                && name.equals(map(manifest.get("metadata")).get("name")));
    }

    @SuppressWarnings("unchecked")
    public static Map<String, Object> map(@org.jspecify.annotations.Nullable Object node) {
        return node == null ? Map.of() : (Map<String, Object>) node;
    }
}
