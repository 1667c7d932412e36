"""Electronic mail as a way out: notices leave by the office's own mail server."""

import smtplib
from email.errors import MessageError

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from yiwang.outbox.senders import DeliveryFailed, Message

TIMEOUT_SECONDS = 20


class MailSender:
    """Sends by SMTP. The idempotency key becomes the Message-ID, by which mail servers know a repeat."""

    route = "mail"

    def ready(self) -> bool:
        """Whether the office has a mail server (YIWANG_SMTP_URL)."""
        return bool(settings.EMAIL_HOST)

    def send(self, message: Message) -> None:
        """Hand one message to the mail server.

        Raises DeliveryFailed: lasting when the address is none or the server refuses it, passing when it is away or busy.
        """
        mail = EmailMessage(
            subject=message.subject,
            body=message.body,
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[message.address],
            headers={
                "Message-ID": f"<{message.idempotency_key}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2].rstrip('>')}>",
                "Content-Language": "en" if message.language.startswith("en") else "zh-CN",
                "Auto-Submitted": "auto-generated",
            },
            connection=get_connection(timeout=TIMEOUT_SECONDS),
        )
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _reason in refused.recipients.values()]
            raise DeliveryFailed(f"smtp-{codes[0]}", lasting=all(code >= 500 for code in codes)) from refused
        except smtplib.SMTPResponseException as answer:
            raise DeliveryFailed(f"smtp-{answer.smtp_code}") from answer
        except (smtplib.SMTPException, OSError) as away:
            raise DeliveryFailed(type(away).__name__) from away
        except (MessageError, ValueError, IndexError, AttributeError) as malformed:
            # Python's own reading of the address: a petitioner may have typed anything.
            raise DeliveryFailed(type(malformed).__name__, lasting=True) from malformed
