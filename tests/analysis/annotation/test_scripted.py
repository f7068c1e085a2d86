import httpx

from analysis.annotation.scripted import Reply, ScriptedEndpoint


def post(url, text, **options):
    message = {"role": "user", "content": f"Annotate.\n<text>\n{text}\n</text>"}
    return httpx.post(f"{url}/chat/completions", json={"messages": [message], **options}, trust_env=False)


def test_the_script_sees_every_request_and_decides_the_answer():
    with ScriptedEndpoint(lambda asked: Reply(f"{asked.text} {asked.times} {asked.body['seed']}")) as endpoint:
        answers = [post(endpoint.url, text, seed=7).json() for text in ("a", "b", "a")]
    assert [answer["choices"][0]["message"]["content"] for answer in answers] == ["a 1 7", "b 1 7", "a 2 7"]
    assert [asked.text for asked in endpoint.requests] == ["a", "b", "a"]


def test_a_status_is_sent_with_its_body():
    with ScriptedEndpoint(lambda _: Reply("broken", status=500)) as endpoint:
        answer = post(endpoint.url, "a")
    assert (answer.status_code, answer.text) == (500, "broken")
